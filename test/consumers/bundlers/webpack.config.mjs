import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Nest asks for packages that need not be installed: what is not there stays a `require`. */
function missing({ context, request }, done) {
  if (request.startsWith('.')) return done();
  try {
    createRequire(join(context, 'index.js')).resolve(request);
    return done();
  } catch {
    return done(null, `commonjs ${request}`);
  }
}

export default {
  mode: 'production',
  target: 'node20',
  entry: './dist/main.js',
  output: { path: join(import.meta.dirname, 'out/webpack'), filename: 'main.cjs' },
  externals: [missing],
  // NODE_ENV is that of the process, not that of the build.
  optimization: { nodeEnv: false },
  module: { parser: { javascript: { dynamicImportMode: 'eager' } } },
};
