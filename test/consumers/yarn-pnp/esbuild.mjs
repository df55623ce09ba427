import { cpSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/main.js'],
  outfile: 'out/main.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Packages that Nest imports only where they are installed.
  external: ['@nestjs/microservices', '@nestjs/websockets', 'class-transformer', 'class-validator'],
  // Packages that are ES modules, such as Nest 12 and Terminus, ask where they are.
  banner: { js: `const $url = require('node:url').pathToFileURL(__filename).href;` },
  define: { 'import.meta.url': '$url', 'import.meta.dirname': '__dirname' },
});

// The templates are found beside the running file.
cpSync('src/templates', 'out/templates', { recursive: true });
