/** The declarations of a `style` attribute by property, both in lower case. */
export type InlineStyle = ReadonlyMap<string, string>;

/** One declaration at a time: quoted texts and brackets may hold semicolons. */
const DECLARATION = /(?:[^;"'(]+|"[^"]*"|'[^']*'|\([^()]*\)|["'(])+/g;

const EMPTY: InlineStyle = new Map();

/** Reads a `style` attribute: the last declaration of a property counts, unless one before it is important. */
export function readStyle(style: string | undefined): InlineStyle {
  if (style === undefined || style === '') return EMPTY;
  const declarations = new Map<string, string>();
  const important = new Set<string>();
  for (const [declaration] of withoutComments(style.toLowerCase()).matchAll(DECLARATION)) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const name = declaration.slice(0, colon).trim();
    const written = declaration.slice(colon + 1);
    const mark = written.lastIndexOf('!');
    const urgent = mark >= 0 && written.slice(mark + 1).trim() === 'important';
    if (important.has(name) && !urgent) continue;
    if (urgent) important.add(name);
    declarations.set(name, (urgent ? written.slice(0, mark) : written).trim());
  }
  return declarations;
}

function withoutComments(style: string): string {
  let rest = '';
  let at = 0;
  for (let begin = style.indexOf('/*'); begin >= 0; begin = style.indexOf('/*', at)) {
    rest += style.slice(at, begin);
    const end = style.indexOf('*/', begin + 2);
    if (end < 0) return rest;
    at = end + 2;
  }
  return rest + style.slice(at);
}
