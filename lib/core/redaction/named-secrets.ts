import type { HiddenRanges } from './hidden-ranges.js';
import type { ReplyView } from './reply-view.js';
import { folded, foldedOctets, unescaped, withoutBlanks } from './reply-view.js';

/** Characters from which on a secret is looked for wherever it may stand; a shorter one must stand as a word. */
const LONG = 6;
/** Characters of the longest secret that is looked for: nothing that is shown is as long. */
const LONGEST = 64 * 1024;

/** Secrets that are known by name, to be found in whatever form they stand in a text. */
export class NamedSecrets {
  readonly #long: readonly string[];
  readonly #short: readonly RegExp[];

  /** @param options `longOnly`: whether short ones have been removed already. @default false */
  constructor(secrets: readonly string[], { longOnly = false }: { longOnly?: boolean } = {}) {
    const known = [...new Set(secrets.filter(secret => secret.length <= LONGEST && secret.trim() !== ''))];
    const isLong = (secret: string): boolean => withoutBlanks(secret).length >= LONG;
    this.#long = [...new Set(known.filter(isLong).flatMap(formsOf))].filter(form => form.length >= LONG);
    this.#short = longOnly ? [] : known.filter(secret => !isLong(secret)).map(asWord);
  }

  /** Whether there are none. */
  get none(): boolean {
    return this.#long.length === 0 && this.#short.length === 0;
  }

  /** Hides them in a text of which these are the views. */
  hideIn(text: string, views: readonly ReplyView[], ranges: HiddenRanges): void {
    for (const view of views) for (const form of this.#long) hideForm(form, view, ranges);
    for (const word of this.#short)
      for (const found of text.matchAll(word)) ranges.add(found.index, found.index + found[0].length);
  }
}

function hideForm(form: string, { octets, from, to }: ReplyView, ranges: HiddenRanges): void {
  if (form.length > octets.length) return;
  for (let at = octets.indexOf(form); at !== -1; at = octets.indexOf(form, at + form.length))
    ranges.add(from[at] ?? 0, to[at + form.length - 1] ?? 0);
}

/** As views hold it: as it is, without what is escaped in it, and with its letters as base64 has them. */
function formsOf(secret: string): string[] {
  const plain = withoutBlanks(folded(secret));
  return [plain, unescaped(plain), withoutBlanks(foldedOctets(secret))];
}

function asWord(secret: string): RegExp {
  const trimmed = secret.trim();
  const octets = Buffer.from(trimmed);
  const forms = [
    trimmed,
    encodeURIComponent(trimmed.replace(/\p{Cs}/gu, '\uFFFD')),
    octets.toString('base64'),
  ];
  const words = [...new Set(forms)].map(form => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}
