/** What to do when templates are in the sources and not in the build. */
export const COPY_HINT =
  'If the templates are in your sources, let the build copy them: "compilerOptions": { "assets": [{ "include": "**/*.hbs", "watchAssets": true }] } in nest-cli.json.';
