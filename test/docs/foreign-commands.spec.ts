import { describe, expect, it } from '@jest/globals';
import { codeBlocks } from './code-blocks.js';
import { FOREIGN_OPTIONS, foreignCommand, optionsOf } from './foreign-options.js';
import { allPages } from './pages.js';
import { shellCommands } from './shell-lines.js';

interface ForeignLine {
  readonly title: string;
  readonly words: readonly string[];
}

const WORD = /"[^"]*"|\S+/g;

/** The commands of a PowerShell block: lines, and what `|` joins. */
const powerShell: readonly ForeignLine[] = allPages()
  .flatMap(codeBlocks)
  .filter(({ language }) => language === 'powershell')
  .flatMap(({ place, code }) =>
    code
      .trim()
      .split('\n')
      .flatMap(line => line.split(/ \| (?=[^"]*(?:"[^"]*"[^"]*)*$)/))
      .map(line => ({ title: `${place} ${line}`, words: line.replace(/^\$\w+ = /, '').match(WORD) ?? [] })),
  );

const shell: readonly ForeignLine[] = shellCommands().filter(
  ({ words }) => foreignCommand(words) !== undefined,
);
const all = [...powerShell, ...shell];

/** The commands of a line, with their options. */
function used({ words }: ForeignLine): { command: string | undefined; options: readonly string[] } {
  const command = foreignCommand(words);
  return { command, options: command === undefined ? [] : optionsOf(command, words) };
}

describe('Commands of other programs on the pages', () => {
  it('are there in both languages', () => {
    expect(powerShell.length).toBeGreaterThan(10);
    expect(shell.length).toBeGreaterThan(5);
  });

  it.each(all.map(line => [line.title, line] as const))(
    'are spelt as their manuals have them: %s',
    (_title, line) => {
      const { command, options } = used(line);
      expect(command).toBeDefined();
      expect(options.filter(option => !FOREIGN_OPTIONS[command ?? '']?.includes(option))).toEqual([]);
    },
  );

  it.each(powerShell.map(line => [line.title, line] as const))(
    'hold no placeholder, which PowerShell takes for a redirection, and close their quotes: %s',
    (_title, { words }) => {
      const line = words.join(' ');
      expect(line.replaceAll(/"[^"]*"/g, '')).not.toMatch(/[<>"“”]/);
    },
  );

  it.each(powerShell.filter(({ words }) => words[0]?.includes('-')).map(line => [line.title, line] as const))(
    'give each parameter of a cmdlet a value: %s',
    (_title, { words }) => {
      const bare = words.filter(
        (word, index) => word.startsWith('-') && !/^[^-]/.test(words[index + 1] ?? ''),
      );
      expect(bare).toEqual([]);
    },
  );

  it('need every option that is listed for them', () => {
    const seen = all.map(used);
    const idle = Object.entries(FOREIGN_OPTIONS).flatMap(([command, options]) => {
      const own = seen.filter(one => one.command === command);
      if (own.length === 0) return [command];
      return options
        .filter(option => !own.some(one => one.options.includes(option)))
        .map(option => `${command} ${option}`);
    });
    expect(idle).toEqual([]);
  });
});
