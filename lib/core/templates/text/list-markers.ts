import type { HtmlElement } from './html-element.js';
import { isElement } from './html-element.js';
import { readStyle } from './inline-style.js';

const ITEM: ReadonlySet<string> = new Set(['li']);
const LONGEST_NUMBER = 9;
const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

/** The markers of a list's items, all of one width. */
export function listMarkers(list: HtmlElement): string[] {
  const items = list.children.filter(child => isElement(child, ITEM));
  if (list.name !== 'ol') return items.map(() => ' * ');
  const type = typeOf(list);
  const labels = numbersOf(list, items).map(number => `${label(number, type)}.`);
  const width = labels.reduce((most, { length }) => Math.max(most, length), 0);
  return labels.map(text => ` ${text.padStart(width)} `);
}

function numbersOf({ attributes }: HtmlElement, items: readonly HtmlElement[]): number[] {
  const step = attributes.has('reversed') ? -1 : 1;
  let next = integer(attributes.get('start')) ?? (step > 0 ? 1 : items.length);
  return items.map(item => {
    const number = integer(item.attributes.get('value')) ?? next;
    next = number + step;
    return number;
  });
}

function integer(text = ''): number | undefined {
  const found = /^\s*([+-]?\d+)/.exec(text.slice(0, LONGEST_NUMBER))?.[1];
  return found === undefined ? undefined : Number(found);
}

function typeOf({ attributes }: HtmlElement): string {
  const style = readStyle(attributes.get('style'));
  const named = style.get('list-style-type') ?? style.get('list-style') ?? '';
  if (/\b(?:lower-alpha|lower-latin)\b/.test(named)) return 'a';
  if (/\b(?:upper-alpha|upper-latin)\b/.test(named)) return 'A';
  if (/\blower-roman\b/.test(named)) return 'i';
  if (/\bupper-roman\b/.test(named)) return 'I';
  return attributes.get('type')?.trim() ?? '1';
}

function label(number: number, type: string): string {
  const written = /^a$/i.test(type) ? letters(number) : /^i$/i.test(type) ? roman(number) : undefined;
  if (written === undefined) return String(number);
  return type === type.toUpperCase() ? written.toUpperCase() : written;
}

/** a, b … z, aa, ab …; numbers that have none stay numbers, as in browsers. */
function letters(number: number): string | undefined {
  if (number < 1) return undefined;
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26))
    text = String.fromCodePoint(0x61 + ((rest - 1) % 26)) + text;
  return text;
}

function roman(number: number): string | undefined {
  if (number < 1 || number > 3999) return undefined;
  let rest = number;
  let text = '';
  for (const [value, sign] of ROMAN) {
    text += sign.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
}
