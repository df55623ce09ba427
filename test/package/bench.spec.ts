import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const BENCH = join(import.meta.dirname, '..', 'bench');

function read(...path: string[]): string {
  return readFileSync(join(BENCH, ...path), 'utf8');
}

/** Names that a text gives in single quotes, where they look like rows. */
function quotedRows(text: string): string[] {
  return [...text.matchAll(/'([A-Z]\d)'/g)].map(([, row]) => row ?? '');
}

describe('The benchmark', () => {
  const known = quotedRows(read('row-ids.mjs'));

  it('has a file for each row that can be asked for', () => {
    const files = readdirSync(join(BENCH, 'rows')).filter(name => /^[a-z]\d\.mjs$/.test(name));
    const ids = files.flatMap(name => quotedRows(/export const id = .*/.exec(read('rows', name))?.[0] ?? ''));
    expect(known.length).toBeGreaterThan(0);
    expect(ids.toSorted()).toEqual(known.toSorted());
    expect(files.map(name => name.slice(0, 2).toUpperCase()).toSorted()).toEqual(known.toSorted());
  });

  it('says in its README what each row pairs', () => {
    const described = [...read('README.md').matchAll(/^\| ([A-Z]\d) +\|/gm)].map(([, row]) => row);
    expect(described).toEqual(known);
  });

  it('names each of its options in its README', () => {
    const options = [...read('flags.mjs').matchAll(/^ {2}(--[a-z]+)/gm)].map(([, option]) => option);
    const readme = read('README.md');
    expect(options).toContain('--quick');
    expect(options.filter(option => option !== '--help' && !readme.includes(String(option)))).toEqual([]);
  });

  it('runs each of its rows once in CI', () => {
    const ci = readFileSync(join(BENCH, '..', '..', '.ci', 'run'), 'utf8');
    const runs = [...ci.matchAll(/test\/bench\/run\.mjs .*--only (\S+)/g)];
    expect(runs.flatMap(([, rows = '']) => rows.split(',')).toSorted()).toEqual(known.toSorted());
  });

  it('keeps its peers out of the package', () => {
    const peers: unknown = JSON.parse(read('package.json'));
    expect(peers).toMatchObject({ private: true });
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });
});
