import { cpSync } from 'node:fs';
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/main.js'],
  outfile: 'out/main.mjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Packages that Nest imports only where they are installed.
  external: ['@nestjs/microservices', '@nestjs/websockets', 'class-transformer', 'class-validator'],
  // Packages that are CommonJS, such as Express, need a require.
  banner: {
    js: `import { createRequire as $createRequire } from 'node:module';
const require = $createRequire(import.meta.url);`,
  },
});

// The templates are found beside the running file.
cpSync('src/templates', 'out/templates', { recursive: true });
