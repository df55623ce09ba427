// npx vitest run
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vitest alone leaves out the types that Nest injects by. The plugin reads in tsconfig.json that there are decorators.
  plugins: [swc.vite({ module: { type: 'es6' } })],
  test: { include: ['src/**/*.spec.ts'] },
});
