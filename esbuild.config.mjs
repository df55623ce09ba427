// Puts the modules that the compiler has written into few files: an application that starts reads them one by one, and
// two hundred small ones take longer to load than nodemailer and Handlebars together.
import { build } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const OUTPUT = join(import.meta.dirname, 'dist');

const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['dist/index.js', 'dist/relay/index.js', 'dist/health/index.js', 'dist/cli/main.js'],
  outdir: OUTPUT,
  allowOverwrite: true,
  bundle: true,
  // What several entries share stands once: two copies of a class would break injection and instanceof.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  keepNames: true,
  metafile: true,
});

// The modules themselves are not needed any more; their types are.
const written = new Set(Object.keys(metafile.outputs).map(path => join(import.meta.dirname, path)));
const left = await readdir(OUTPUT, { recursive: true, withFileTypes: true });
for (const entry of left) {
  const path = join(entry.parentPath, entry.name);
  if (entry.name.endsWith('.js') && !written.has(path)) await rm(path);
}
