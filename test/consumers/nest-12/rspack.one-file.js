import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Nest asks for packages that need not be installed: what is not there stays an import. */
function missing({ context, request }, done) {
  if (request.startsWith('.')) return done();
  try {
    createRequire(join(context, 'index.js')).resolve(request);
    return done();
  } catch {
    return done(null, `import ${request}`);
  }
}

/** One file, which runs without `node_modules`. */
export default options => ({
  ...options,
  externals: [missing],
  externalsPresets: { node: true },
  output: { ...options.output, filename: 'main.mjs' },
  module: { ...options.module, parser: { javascript: { dynamicImportMode: 'eager' } } },
});
