/** Nest and Terminus ask for packages that need not be installed: what is not there stays a `require`. */
function missing({ context, request }, done) {
  if (request.startsWith('.')) return done();
  try {
    require.resolve(request, { paths: [context] });
    return done();
  } catch {
    return done(null, `commonjs ${request}`);
  }
}

/** One file, which runs without `node_modules`. */
module.exports = (options, { ContextReplacementPlugin }) => ({
  ...options,
  externals: [missing],
  module: { ...options.module, parser: { javascript: { dynamicImportMode: 'eager' } } },
  plugins: [
    ...options.plugins,
    // Terminus asks for more by names that are known only when it runs.
    new ContextReplacementPlugin(/@nestjs[\\/]terminus/, /^$/),
  ],
});
