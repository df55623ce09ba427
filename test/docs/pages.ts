import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the repository. */
export const ROOT = process.cwd();

/** A page of the documentation. */
export interface Page {
  /** Path from the root of the repository, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

/** Pages beside those in `docs/`. */
const AT_THE_TOP = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'sample-app/README.md'];

/** What `npm run docs:api` generates. */
const GENERATED = 'docs/api/';

/** Reads one page. */
export function page(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Every page whose blocks, tables and links are checked. */
export function allPages(): Page[] {
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map(name => `docs/${name.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.md') && !path.startsWith(GENERATED))
    .toSorted();
  return [...AT_THE_TOP.filter(path => existsSync(join(ROOT, path))), ...below].map(page);
}
