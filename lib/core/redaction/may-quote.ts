import { unescaped, withoutBlanks } from './reply-view.js';

/** Characters that a server gives to the names of mails, and that are not worth a look. */
const SHORT_NAME = 12;
/** The code of a reply that takes something, and words of servers that say no more than that. */
const USUAL =
  /^2\d\d[ -](?:2\.\d{1,3}\.\d{1,3} )?|\b(?:ok|accepted|queued|as|message|mail|for|delivery|id|thank|you)\b/gi;
/** One line that takes something, as long as servers make it, in which nothing is escaped. */
const PLAIN_LINE = /^2\d\d [^%&\\\r\n\u0080-\uffff]{1,500}$/;
const QUOTED_OCTET = /=[\da-f]{2}/i;
/** Words, when base64 says them. */
const SAID = /(?:[!-~]|[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}){9}/;
const PIECE = 6;

/** Whether a server says more than that it has taken something, and a short name that it has given to it. */
export function mayQuote(text: string): boolean {
  return text.length >= SHORT_NAME && withoutBlanks(text.replace(USUAL, '')).length >= SHORT_NAME;
}

/**
 * Pieces of a reply that takes a mail and gives a long name to it: a mail whose bytes hold none of them does not hold a long
 * word of the reply either. A quick answer where nearly every mail ends.
 *
 * @returns in small letters; undefined when nothing is to be learned from them
 */
export function telltalePieces(reply: string): string[] | undefined {
  if (!PLAIN_LINE.test(reply)) return undefined;
  const rest = withoutBlanks(reply.replace(USUAL, ''));
  if ((rest.match(/[\w+/-]{12,}/g) ?? []).some(isSaid)) return undefined;
  // Numbers behind "=" may be quoted-printable text, too.
  const read = QUOTED_OCTET.test(rest) ? [rest, unescaped(rest)] : [rest];
  const pieces = read.map(piecesOf);
  return pieces.includes(undefined) ? undefined : pieces.flatMap(some => some ?? []);
}

function piecesOf(rest: string): string[] | undefined {
  const pieces: string[] = [];
  // Wherever a word of twelve characters begins, it holds one of these whole.
  for (let at = 0; at + PIECE <= rest.length; at += PIECE) {
    const piece = rest.slice(at, at + PIECE).toLowerCase();
    const [longest = ''] = (piece.match(/[a-z\d]+/g) ?? []).toSorted(
      (left, right) => right.length - left.length,
    );
    // Where nothing is long enough by itself, marks that nobody escapes are looked for with it.
    if (longest.length < 3 && !/^[a-z\d.,:/-]+$/.test(piece)) return undefined;
    pieces.push(longest.length < 3 ? piece : longest);
  }
  return pieces;
}

function isSaid(run: string): boolean {
  return [0, 1, 2, 3].some(offset => SAID.test(Buffer.from(run.slice(offset), 'base64').toString('latin1')));
}
