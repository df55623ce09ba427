import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import type { CodeBlock } from './code-blocks.js';
import { codeBlocks } from './code-blocks.js';
import { page, ROOT } from './pages.js';

/** The TypeScript blocks below a heading of a page, in order. */
export function typeScriptBelow(path: string, heading: string): CodeBlock[] {
  return codeBlocks(page(path)).filter(block => block.language === 'ts' && block.heading === heading);
}

/**
 * Loads a TypeScript block as a module of an application that has the package installed.
 *
 * @param edit changes the code where it names what is not there in a test, such as a server
 */
export async function loadBlock(
  directory: TemporaryDirectory,
  block: CodeBlock | undefined,
  edit: (code: string) => string = code => code,
): Promise<Readonly<Record<string, unknown>>> {
  if (!block) throw new Error('The page has no such block');
  const modules = join(directory.path, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const [name, target] of [
    ['nest-mailroom', ROOT],
    ['handlebars', join(ROOT, 'node_modules', 'handlebars')],
    ['@nestjs', join(ROOT, 'node_modules', '@nestjs')],
    ['@jest', join(ROOT, 'node_modules', '@jest')],
    ['@react-email', join(ROOT, 'node_modules', '@react-email')],
    ['react', join(ROOT, 'node_modules', 'react')],
    // The compiler of the package mjml by itself; with its command line it brings a hundred packages more.
    ['mjml', join(ROOT, 'node_modules', 'mjml-browser')],
  ] as const)
    symlinkSync(target, join(modules, name));
  const file = directory.write(`block-${block.line}.ts`, edit(block.code));
  return (await import(file)) as Record<string, unknown>;
}
