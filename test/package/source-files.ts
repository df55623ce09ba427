import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One import or re-export of a source file. */
export interface SourceImport {
  /** Path of the importing file below its root. */
  readonly from: string;
  /** What is imported, as written. */
  readonly specifier: string;
  /** For a relative import: the imported file below the root, ending in `.ts`. */
  readonly target?: string;
  /** Whether only types are imported. */
  readonly typeOnly: boolean;
}

/** The TypeScript files below a folder. */
export function sourceFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
}

/** Every static and dynamic import of the files below a folder. */
export function importsBelow(root: string): SourceImport[] {
  return sourceFiles(root).flatMap(from => {
    const source = readFileSync(join(root, from), 'utf8');
    const statements = source.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
    const dynamic = source.matchAll(/\bimport\('([^']+)'\)/g);
    // Of a package with native code the name stands beside, where no bundler looks for it.
    const named = /\bimport\(\s*(?:\/\*[^*]*\*\/\s*)?name\s*\)/.test(source)
      ? source.matchAll(/\bconst name = '([^']+)'/g)
      : [];
    return [
      ...[...statements].map(match => ({ typeOnly: match[1] !== undefined, specifier: match[2] ?? '' })),
      ...[...dynamic, ...named].map(match => ({ typeOnly: false, specifier: match[1] ?? '' })),
    ].map(({ specifier, typeOnly }) => {
      if (!specifier.startsWith('.')) return { from, specifier, typeOnly };
      const target = relative(root, join(root, dirname(from), specifier)).replace(/\.js$/, '.ts');
      return { from, specifier, typeOnly, target };
    });
  });
}
