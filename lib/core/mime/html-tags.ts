import { NAMED_ESCAPES } from '../redaction/named-escapes.js';

/** Where a tag or a comment begins; Outlook shows what is in its conditional comments. */
const TAG_OR_COMMENT = /<!--(?!\[if)|<[a-z](?=[^<>])/gi;

/** The beginning of an element. */
export interface HtmlTag {
  /** Name in lower case. */
  readonly name: string;
  /** Names in lower case and values, the escapes of HTML decoded. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** Offset behind its attributes. */
  readonly end: number;
}

/** The tags of a page that may have attributes; each character is read once, however broken the page is. */
export function* htmlTags(html: string): Generator<HtmlTag> {
  const starts = new RegExp(TAG_OR_COMMENT);
  for (let start = starts.exec(html); start; start = starts.exec(html)) {
    if (start[0] === '<!--') {
      const end = html.indexOf('-->', start.index + 2);
      if (end === -1) return;
      starts.lastIndex = end;
      continue;
    }
    const nameEnd = nextOf(html, /[\s/<>]/g, start.index + 1);
    const tag = attributesFrom(html, nameEnd);
    starts.lastIndex = tag.end;
    yield { name: html.slice(start.index + 1, nameEnd).toLowerCase(), ...tag };
  }
}

/** The attributes behind an offset within a tag, and where they end. */
function attributesFrom(html: string, from: number): Pick<HtmlTag, 'attributes' | 'end'> {
  const attributes: (readonly [string, string])[] = [];
  let at = from;
  for (;;) {
    const begin = nextOf(html, /[^\s/]/g, at);
    if (begin >= html.length || html[begin] === '<' || html[begin] === '>') return { attributes, end: at };
    const nameEnd = nextOf(html, /[\s"'<>/=]/g, begin);
    at = Math.max(nameEnd, begin + 1);
    const equals = nextOf(html, /\S/g, nameEnd);
    if (nameEnd === begin || html[equals] !== '=') continue;
    const value = nextOf(html, /\S/g, equals + 1);
    const quote = html[value];
    const quoted = quote === '"' || quote === "'";
    const first = quoted ? value + 1 : value;
    const end = quoted ? html.indexOf(quote, first) : nextOf(html, /[\s"'>]/g, first);
    // Without its second quote it has no value; an unquoted one is never empty.
    if (end === -1 || (!quoted && end === first)) continue;
    attributes.push([html.slice(begin, nameEnd).toLowerCase(), withoutEscapes(html.slice(first, end))]);
    at = quoted ? end + 1 : end;
  }
}

/**
 * Where the next character of a kind is, or the end. A pattern that repeats such a class keeps a state for every character
 * it has passed, and fails on megabytes.
 */
export function nextOf(text: string, kind: RegExp, from: number): number {
  kind.lastIndex = from;
  return kind.exec(text)?.index ?? text.length;
}

/** A text of HTML without its escapes, such as &amp;. */
export function withoutEscapes(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED_ESCAPES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
