import { NAMED_ESCAPES } from './named-escapes.js';

/**
 * A text as secrets are looked for in it: without blanks and the codes at the beginnings of its lines, in small letters, as
 * octets of UTF-8, one character each. Knows where in the text each of them stands.
 */
export interface ReplyView {
  readonly octets: string;
  /** Where in the text the character of an octet begins. */
  readonly from: readonly number[];
  /** Where it ends. */
  readonly to: readonly number[];
}

/** What a line of a reply begins with: its code (RFC 5321 4.2) and its enhanced code (RFC 2034). */
const LINE_START = /^[2-5]\d\d(?:[ -](?:[245]\.\d{1,3}\.\d{1,3}(?![\d.]))?|$)/;
/** Characters in the ways in which URLs, quoted-printable text, HTML and JSON write them. */
const ESCAPED =
  /[%=]([\da-f]{2})|&#(\d{1,7});|&#x([\da-f]{1,6});|&(amp|lt|gt|quot|apos|nbsp);|\\u([\da-f]{4})|\\(["\\/])/g;
/** What may be base64, in one of its two alphabets. */
const BASE64 = /([\w+/-]{8,})={0,2}/g;

/** The views of a text in which all secrets are looked for; letters keep their case in the first alone. */
export function viewsOf(text: string): ReplyView[] {
  const plain = compacted(text, false);
  const views = [{ ...plain, octets: plain.octets.toLowerCase() }];
  // Quoted-printable text ends a line that goes on by "=" (RFC 2045 6.7).
  const joined = /=[ \t]*\r?\n/.test(text) ? compacted(text, true) : plain;
  if (joined !== plain || /[%=&\\]/.test(joined.octets))
    views.push(unescapedView({ ...joined, octets: joined.octets.toLowerCase() }));
  for (const run of plain.octets.matchAll(BASE64))
    for (let offset = 0; offset < 4; offset++) views.push(decodedView(plain, run, offset));
  return views;
}

/** A text that is looked for in the same form as {@link viewsOf}, blanks left where they are. */
export function folded(text: string): string {
  return octetsOf(text.toLowerCase()).toLowerCase();
}

/** The same in which nothing is escaped any more. */
export function unescaped(octets: string): string {
  return octets.replace(ESCAPED, (_, ...groups: (string | undefined)[]) => withoutBlanks(meant(groups)));
}

/** A text in octets, letters beyond ASCII in the case that they have, as base64 carries them. */
export function foldedOctets(text: string): string {
  return octetsOf(text).toLowerCase();
}

/** Without blanks. */
export function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Parts of a text that are no words of its author: line ends, and the codes at the beginnings of lines. */
export function structureOf(text: string): (readonly [number, number])[] {
  const parts: [number, number][] = [];
  for (let start = 0; ;) {
    const end = text.indexOf('\n', start);
    const code = LINE_START.exec(text.slice(start, start + 16))?.[0] ?? '';
    if (code !== '') parts.push([start, start + code.length]);
    if (end === -1) return parts;
    parts.push([text[end - 1] === '\r' ? end - 1 : end, end + 1]);
    start = end + 1;
  }
}

function compacted(text: string, joinLines: boolean): ReplyView {
  const octets: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const add = (start: number, end: number): void => {
    for (let at = start; at < end; at++) {
      const character = text.charAt(at);
      if (character <= ' ' || character === '\u00a0') continue;
      if (joinLines && character === '=' && /^[ \t]*\r?\n/.test(text.slice(at + 1, at + 80))) continue;
      const wide = character > '\u007f';
      const whole = wide ? String.fromCodePoint(text.codePointAt(at) ?? 0) : character;
      for (const octet of wide ? octetsOf(whole.toLowerCase()) : character) {
        octets.push(octet);
        from.push(at);
        to.push(at + whole.length);
      }
      at += whole.length - 1;
    }
  };
  let start = 0;
  for (const [begin, end] of structureOf(text)) {
    add(start, begin);
    start = end;
  }
  add(start, text.length);
  return { octets: octets.join(''), from, to };
}

function unescapedView(view: ReplyView): ReplyView {
  const octets: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const keep = (text: string, begin: number, end: number): void => {
    for (const octet of text) {
      octets.push(octet);
      from.push(view.from[begin] ?? 0);
      to.push(view.to[end] ?? 0);
    }
  };
  const keepAll = (begin: number, end: number): void => {
    for (let at = begin; at < end; at++) keep(view.octets.charAt(at), at, at);
  };
  let last = 0;
  for (const found of view.octets.matchAll(ESCAPED)) {
    keepAll(last, found.index);
    last = found.index + found[0].length;
    keep(withoutBlanks(meant(found.slice(1))), found.index, last - 1);
  }
  keepAll(last, view.octets.length);
  return { octets: octets.join(''), from, to };
}

/** @param groups those of {@link ESCAPED} */
function meant([octet, decimal, hex, name, unit, itself]: readonly (string | undefined)[]): string {
  if (octet !== undefined) return String.fromCharCode(Number.parseInt(octet, 16)).toLowerCase();
  if (name !== undefined) return NAMED_ESCAPES[name] ?? '';
  if (itself !== undefined) return itself;
  const code = decimal === undefined ? Number.parseInt(hex ?? unit ?? '', 16) : Number(decimal);
  return code > 0x10ffff ? '' : folded(String.fromCodePoint(code));
}

/**
 * What a run of base64 says when it is read from one of its characters on: nobody knows where it was begun.
 *
 * @param found a match of {@link BASE64}
 */
function decodedView(plain: ReplyView, found: RegExpExecArray, offset: number): ReplyView {
  const octets: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const [whole, run = ''] = found;
  const start = found.index + offset;
  const said = Buffer.from(run.slice(offset), 'base64').toString('latin1').toLowerCase();
  for (let at = 0; at < said.length; at++) {
    const octet = said.charAt(at);
    if (octet <= ' ' && octet !== '\0') continue;
    octets.push(octet);
    // Four characters hold three octets; what pads the last ones belongs to them.
    const end =
      at === said.length - 1 ? found.index + whole.length : start + Math.floor((at * 8 + 7) / 6) + 1;
    from.push(plain.from[start + Math.floor((at * 4) / 3)] ?? 0);
    to.push(plain.to[end - 1] ?? 0);
  }
  return { octets: octets.join(''), from, to };
}

function octetsOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
