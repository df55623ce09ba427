import { beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../lib/cli/commands.js';
import { runCli } from '../support/cli.js';
import { page } from './pages.js';

/** Starting a process takes long on a machine that is busy. */
/** Where the options of a command stand. */
const PAGES: Readonly<Record<string, string>> = {
  check: 'docs/cli.md',
  'send-test': 'docs/cli.md',
  'templates lint': 'docs/cli.md',
  'templates bundle': 'docs/cli.md',
  preview: 'docs/preview.md',
  types: 'docs/typed-templates.md',
  relay: 'docs/relay.md',
  queue: 'docs/cli.md',
};
/** Options that every command has, as docs/cli.md says once. */
const EVERYWHERE: ReadonlySet<string> = new Set(['--help', '--json']);

/** What the command says of itself. */
async function optionsOf(command: string): Promise<string[]> {
  const { code, stdout } = await runCli([...command.split(' '), '--help'], { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`${command} --help ends with ${code}`);
  return [
    ...new Set([...stdout.matchAll(/^ +(?:-\w, )?(--[a-z][a-z-]*)/gm)].map(([, option = '']) => option)),
  ];
}

describe('The options of a command', () => {
  let options: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    const commands = Object.keys(PAGES);
    const found = await Promise.all(commands.map(optionsOf));
    options = new Map(commands.map((command, index) => [command, found[index] ?? []]));
  });

  it('are looked at for every command', () => {
    expect(Object.keys(PAGES).toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
  });

  it.each(Object.entries(PAGES))('stand on a page: %s on %s', (command, path) => {
    const own = options.get(command) ?? [];
    const { text } = page(path);
    expect(own).toEqual(expect.arrayContaining([...EVERYWHERE]));
    expect(
      own.filter(option => !EVERYWHERE.has(option) && !new RegExp(`${option}(?![a-z-])`).test(text)),
    ).toEqual([]);
  });

  it.each([...new Set(Object.values(PAGES))])('alone are named in the tables of %s', path => {
    const commands = Object.keys(PAGES).filter(command => PAGES[command] === path);
    const known = commands.flatMap(command => options.get(command) ?? []);
    const rows = page(path)
      .text.split('\n')
      .filter(line => line.startsWith('| '));
    const named = rows.flatMap(row =>
      [...row.matchAll(/`(--[a-z][a-z-]*)/g)].map(([, option = '']) => option),
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter(option => !known.includes(option))).toEqual([]);
  });
});
