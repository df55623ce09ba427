/** A piece of a structured header (RFC 5322 3.2): what stands in angle brackets, a quoted text, a comment, words, a comma. */
export interface HeaderToken {
  readonly kind: 'angle' | 'quoted' | 'comment' | 'words' | 'comma';
  /** Without its brackets, quotes or parentheses, and without escapes. */
  readonly text: string;
  /** As it was written. */
  readonly source: string;
}

/** Why a text is no structured header. Its message completes "headers["List-Id"]: …". */
export class HeaderSyntaxError extends Error {
  override readonly name = 'HeaderSyntaxError';
}

const CLOSING = { '<': '>', '"': '"', '(': ')' } as const;
const KINDS = { '<': 'angle', '"': 'quoted', '(': 'comment' } as const;

/**
 * Takes a header apart.
 *
 * @throws {@link HeaderSyntaxError} when something that was opened is not closed
 */
export function headerTokens(value: string): HeaderToken[] {
  const tokens: HeaderToken[] = [];
  let index = 0;
  while (index < value.length) {
    const token = tokenAt(value, index);
    if (token.kind !== 'words' || token.text !== '') tokens.push(token);
    index += token.source.length;
  }
  return tokens;
}

/**
 * The same for a list: what stands between its commas. Empty items are left out, as RFC 5322 4.4 lets readers do.
 *
 * @throws {@link HeaderSyntaxError} when something that was opened is not closed
 */
export function headerItems(value: string): HeaderToken[][] {
  const items: HeaderToken[][] = [[]];
  for (const token of headerTokens(value)) {
    if (token.kind === 'comma') items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.filter(item => item.length > 0);
}

function tokenAt(value: string, index: number): HeaderToken {
  const character = value.charAt(index);
  if (character === ',') return { kind: 'comma', text: ',', source: ',' };
  return isOpening(character) ? enclosed(value, index, character) : words(value, index);
}

function isOpening(character: string): character is keyof typeof CLOSING {
  return character in CLOSING;
}

function enclosed(value: string, start: number, opening: keyof typeof CLOSING): HeaderToken {
  const kind = KINDS[opening];
  let depth = 0;
  let text = '';
  for (let index = start + 1; index < value.length; index++) {
    const character = value.charAt(index);
    if (character === CLOSING[opening] && depth === 0)
      return { kind, text: text.trim(), source: value.slice(start, index + 1) };
    // RFC 5322 3.2.1: a backslash takes the next character as it is; within angle brackets there are no such pairs.
    if (character === '\\' && kind !== 'angle' && index + 1 < value.length) {
      text += value.charAt(++index);
      continue;
    }
    if (kind === 'comment' && character === '(') depth++;
    if (kind === 'comment' && character === ')') depth--;
    text += character;
  }
  throw new HeaderSyntaxError(`has a ${opening} without its ${CLOSING[opening]}`);
}

function words(value: string, start: number): HeaderToken {
  let end = start;
  while (end < value.length && value.charAt(end) !== ',' && !isOpening(value.charAt(end))) end++;
  const source = value.slice(start, end);
  return { kind: 'words', text: source.trim().replace(/\s+/g, ' '), source };
}
