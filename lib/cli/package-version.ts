import { createRequire } from 'node:module';

/** The version of this package, as its package.json has it. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('nest-mailroom/package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
