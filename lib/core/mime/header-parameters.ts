import * as mimeFuncs from 'nodemailer/lib/mime-funcs';

/** A value with parameters, such as that of Content-Type (RFC 2045 5.1). */
export interface ParameterisedValue {
  readonly value: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Characters that RFC 2231 7 lets stand in a parameter in every form of it: neither specials nor "*", "'" and "%". */
const ATTRIBUTE = /^[A-Za-z0-9!#$&+.^_`{|}~][A-Za-z0-9!#$&+.^_`{|}~-]*$/;
const QUOTABLE = /^[\x20\x21\x23-\x7e]{0,74}$/;
const CHARACTERS_PER_SECTION = 50;
const LONGEST_TOKEN = 74;

/** Takes a value and its parameters apart; RFC 2231 sections are put together. */
export function parseParameters(header: string): ParameterisedValue {
  return mimeFuncs.parseHeaderValue(header);
}

/**
 * Writes a value and its parameters (RFC 2045 5.1): a token where it can be one, else quoted, else in the encoded sections
 * of RFC 2231, for what is long, beyond ASCII, or looks like an encoded word.
 */
export function formatParameters({ value, params }: ParameterisedValue): string {
  const written = Object.entries(params).flatMap(([name, text]) => formatParameter(name, text));
  return [value, ...written].join('; ');
}

function formatParameter(name: string, text: string): string[] {
  if (ATTRIBUTE.test(text) && text.length <= LONGEST_TOKEN) return [`${name}=${text}`];
  if (QUOTABLE.test(text) && !text.includes('=?')) return [`${name}=${quoted(text)}`];
  return mimeFuncs
    .buildHeaderParam(name, text, CHARACTERS_PER_SECTION)
    .map(({ key, value }) => `${key}=${key.endsWith('*') || ATTRIBUTE.test(value) ? value : quoted(value)}`);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
