// Puts the modules that the compiler has written into few files: an application that starts reads them one by one, and
// two hundred small ones take longer to load than nodemailer and Handlebars together.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = join(import.meta.dirname, 'dist');

/** The modules themselves are not needed any more; their types are. */
const removeModules = {
  name: 'remove-modules',
  writeBundle(_options, bundle) {
    const written = new Set(Object.keys(bundle).map(name => join(OUTPUT, name)));
    for (const entry of readdirSync(OUTPUT, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.name.endsWith('.js') && !written.has(path)) rmSync(path);
    }
  },
};

/** The built-in templates keep their place in the package, wherever the sources have them: applications copy from it. */
const placeTemplates = {
  name: 'place-templates',
  writeBundle() {
    const from = join(OUTPUT, 'core', 'templates', 'builtin');
    cpSync(from, join(OUTPUT, 'templates', 'builtin'), { recursive: true });
    rmSync(from, { recursive: true });
  },
};

export default {
  input: {
    index: 'dist/index.js',
    'relay/index': 'dist/relay/index.js',
    'health/index': 'dist/health/index.js',
    'testing/index': 'dist/testing/index.js',
    'preview/index': 'dist/preview/index.js',
    'cli/main': 'dist/cli/main.js',
  },
  // Everything that is no file of the package is a dependency, and stays one.
  external: id => !/^[./]|^[A-Z]:/i.test(id),
  output: {
    dir: 'dist',
    format: 'es',
    // What several entries share stands once: two copies of a class would break injection and instanceof.
    chunkFileNames: 'chunk-[hash].js',
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    generatedCode: 'es2015',
  },
  plugins: [removeModules, placeTemplates],
};
