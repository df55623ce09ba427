import { escapeOf } from '../core/redaction/printable.js';
import { atCommandLine } from '../core/text/remedies.js';
import type { CommandOutput } from './command-io.js';

/** What moves a cursor, changes a terminal or hides in a text, but for line end and tabulator. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const ESCAPE = '\u001b';
/** What styles write, and what begins a line that is written over again. */
const OWN_SEQUENCES = new RegExp(`(${ESCAPE}\\[\\d{1,3}(?:;\\d{1,3}){0,4}m|^\r${ESCAPE}\\[K)`);

/**
 * An output on which nothing that came from outside, an argument, a path or a key, reaches the terminal as a command: it is
 * shown escaped. On a terminal, colours pass. What helps is said in the words for a command line, not in those for code.
 */
export class ShownOutput implements CommandOutput {
  readonly #output: CommandOutput;

  constructor(output: CommandOutput) {
    this.#output = output;
  }

  get isTTY(): boolean {
    return this.#output.isTTY === true;
  }

  get columns(): number {
    return this.#output.columns ?? 80;
  }

  write(text: string, written?: () => void): unknown {
    const words = atCommandLine(text);
    return this.#output.write(this.isTTY ? escapedBeside(OWN_SEQUENCES, words) : escaped(words), written);
  }
}

/** Splitting by a group puts what it has found at the odd places. */
function escapedBeside(sequences: RegExp, text: string): string {
  return text
    .split(sequences)
    .map((part, index) => (index % 2 === 1 ? part : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return text.replace(UNPRINTABLE, character => escapeOf(character));
}
