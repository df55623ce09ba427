import type { HtmlElement } from './html-element.js';
import type { InlineStyle } from './inline-style.js';
import { readStyle } from './inline-style.js';

/** How white space is shown (CSS Text 3, `white-space`). */
export type WhiteSpace = 'normal' | 'pre' | 'pre-wrap' | 'pre-line';

/** What an element hands down to those in it, and how it stands among its neighbours. */
export interface Look {
  /** Its `display`, where the style says it; a box within a line where it floats. */
  readonly display: string | undefined;
  /** Whether its letters are too small to be seen. */
  readonly tiny: boolean;
  /** Whether it is invisible; elements in it may be visible again. */
  readonly invisible: boolean;
  readonly whiteSpace: WhiteSpace;
  /** Whether the list, or the item, has no marker. */
  readonly unmarked: boolean;
  /** Whether it stands in a list. */
  readonly inList: boolean;
  /** Whether its lines end at the right. */
  readonly right: boolean;
  /** In how many elements it stands that are read again when they end: links, and what has marks around it. */
  readonly read: number;
}

/** How a page begins. */
export const PLAIN_LOOK: Look = {
  display: undefined,
  tiny: false,
  invisible: false,
  whiteSpace: 'normal',
  unmarked: false,
  inList: false,
  right: false,
  read: 0,
};

/** No length that is written in more characters means anything here. */
const LONGEST_LENGTH = 20;
const NOTHING = /^[+-]?0*\.?0*(?:[a-z]+|%)?$/;
const AT_MOST_ONE = /^(?:0*1(?:\.0*)?|0*\.\d+)(?:px|pt)$/;
/** A size that is a share of the size around. */
const SHARE = /^[\d.]+(?:em|ex|ch|%)$|^(?:smaller|larger|inherit)$/;

/**
 * How an element looks; undefined when nothing of it is shown. `mso-hide` hides nothing: it speaks to Outlook alone, and
 * buttons that are drawn for Outlook say it to everybody else's part.
 *
 * @param around how the element looks in which it stands
 */
export function lookOf({ name, attributes }: HtmlElement, around: Look): Look | undefined {
  const style = readStyle(attributes.get('style'));
  const display = style.get('display') ?? (isFloating(style) ? 'inline-block' : undefined);
  if (display === 'none' || (attributes.has('hidden') && !style.has('display'))) return undefined;
  if (name === 'dialog' && !style.has('display') && !attributes.has('open')) return undefined;
  if (isCollapsed(style) || isNothing(style.get('opacity'))) return undefined;
  return {
    display,
    tiny: isTiny(style, around.tiny),
    invisible: isInvisible(style, around.invisible),
    whiteSpace: whiteSpaceOf(name, style, around.whiteSpace),
    unmarked: /\bnone\b/.test(style.get('list-style-type') ?? style.get('list-style') ?? ''),
    inList: around.inList,
    right: /^(?:right|end)$/i.test(style.get('text-align') ?? attributes.get('align')?.trim() ?? ''),
    read: around.read,
  };
}

function isFloating(style: InlineStyle): boolean {
  return /^(?:left|right|inline-start|inline-end)$/.test(style.get('float') ?? '');
}

function isNothing(value = ''): boolean {
  return value.length <= LONGEST_LENGTH && /\d/.test(value) && NOTHING.test(value);
}

/** Whether a box has no room, and what does not fit into it is cut off. */
function isCollapsed(style: InlineStyle): boolean {
  const cut = ['overflow', 'overflow-y', 'overflow-x'].some(name =>
    /hidden|clip/.test(style.get(name) ?? ''),
  );
  return cut && ['max-height', 'height', 'max-width', 'width'].some(name => isNothing(style.get(name)));
}

function isTiny(style: InlineStyle, around: boolean): boolean {
  const size = style.get('font-size') ?? sizeOfFont(style.get('font'));
  if (size === undefined || size.length > LONGEST_LENGTH || (around && SHARE.test(size))) return around;
  return isNothing(size) || AT_MOST_ONE.test(size);
}

/** The size in the shorthand, where it is a length, or a nothing without a unit. */
function sizeOfFont(font: string | undefined): string | undefined {
  return font === undefined ? undefined : /(?:^|\s)(0|[\d.]+(?:[a-z]+|%))(?=[\s/])/.exec(font)?.[1];
}

function isInvisible(style: InlineStyle, around: boolean): boolean {
  const visibility = style.get('visibility');
  if (visibility === 'visible' || visibility === 'initial') return false;
  return visibility === 'hidden' || visibility === 'collapse' || around;
}

function whiteSpaceOf(name: string, style: InlineStyle, around: WhiteSpace): WhiteSpace {
  const value = style.get('white-space');
  if (value === 'pre' || value === 'pre-wrap' || value === 'pre-line') return value;
  if (value === 'break-spaces') return 'pre-wrap';
  if (value === 'normal' || value === 'nowrap' || value === 'initial') return 'normal';
  if (name === 'pre' || name === 'listing' || name === 'xmp' || name === 'plaintext') return 'pre';
  return name === 'textarea' ? 'pre-wrap' : around;
}
