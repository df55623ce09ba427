import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { codeIn, tableBelow } from './markdown-table.js';
import { page, ROOT } from './pages.js';

const FILES = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map(
  name => `test/${name.replaceAll('\\', '/')}`,
);

/** The tests of a page, as it writes them: a file, a folder with `/` behind it, `*`, or `{a,b}`. */
function testsOn(path: string): string[] {
  return codeIn(page(path).text).filter(code => /^test\/\S+$/.test(code));
}

/** Whether a name, as a page writes it, leads to tests. */
function areThere(written: string): boolean {
  const pattern = written
    .replace(/[.+()]/g, String.raw`\$&`)
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replaceAll('*', '[^/]*');
  const whole = written.endsWith('/') ? `${pattern}.*` : `${pattern}(?:\\.spec\\.ts)?`;
  return FILES.some(file => new RegExp(`^${whole}$`).test(file) && file.endsWith('.spec.ts'));
}

describe('The tests that a page about security names', () => {
  it.each(['docs/threats.md', 'SECURITY.md'])('are there: %s', path => {
    const named = testsOn(path);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter(written => !areThere(written))).toEqual([]);
  });

  it.each([
    'Who is trusted with what',
    'A pickup directory that others may write to',
    'The store of a queue that others may read or write',
    'The network',
    'What an administrator must set',
  ])('stand in every row below "%s"', heading => {
    const rows = tableBelow('docs/threats.md', heading);
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.filter(cells => !codeIn(cells.at(-1)).some(code => code.startsWith('test/')))).toEqual([]);
  });

  it('are missed when they are not there', () => {
    expect(
      ['test/e2e/nothing.spec.ts', 'test/nowhere/', 'test/e2e/{no,none}.spec.ts'].filter(areThere),
    ).toEqual([]);
  });
});
