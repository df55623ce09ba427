import type { CodeBlock } from './code-blocks.js';
import { codeBlocks } from './code-blocks.js';
import { allPages } from './pages.js';

/** A command of a shell block. */
export interface ShellCommand {
  readonly page: string;
  /** Such as `docs/cli.md:12 npm test`. */
  readonly title: string;
  readonly words: readonly string[];
}

/** The commands of a block: lines, and what `&&` joins, without comments. */
function commandsOf({ page, place, code }: CodeBlock): ShellCommand[] {
  return code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap(line => line.replace(/(?:^|\s)#.*$/, '').split('&&'))
    .map(command => command.trim())
    .filter(command => command !== '')
    .map(command => ({
      page,
      title: `${place} ${command}`,
      words: [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
        ([, double, single, bare]) => double ?? single ?? bare ?? '',
      ),
    }));
}

/** Every command of every shell block of the pages. */
export function shellCommands(): ShellCommand[] {
  return allPages()
    .flatMap(codeBlocks)
    .filter(({ language }) => language === 'sh')
    .flatMap(commandsOf);
}
