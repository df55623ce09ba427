/** The names that a context can be given by: `name`, `user.name`. Not `../name` or `@root.name`. */
const PATH = /^[\p{L}_$][\p{L}\p{N}_$-]*(?:\.[\p{L}_$][\p{L}\p{N}_$-]*)*$/u;
/** Names that every object has from its prototype; filling them in would change more than the context. */
const UNSAFE = /(?:^|\.)(?:__proto__|constructor|prototype)(?:\.|$)/;

/**
 * Adds a stand-in for a variable that a context lacks, guessed by its name, so that the rest of the template can be
 * shown.
 *
 * @returns the new context; undefined when the variable cannot be given, or is there already
 */
export function withPlaceholder(context: object, path: string): object | undefined {
  if (!PATH.test(path) || UNSAFE.test(path)) return undefined;
  return placed(context, path.split('.'), path);
}

function placed(within: object, [key = '', ...rest]: readonly string[], path: string): object | undefined {
  const present: unknown = Object.hasOwn(within, key)
    ? Object.entries(within).find(([name]) => name === key)?.[1]
    : undefined;
  if (rest.length === 0)
    return present === undefined ? { ...within, [key]: placeholderFor(path) } : undefined;
  const below = placed(typeof present === 'object' && present !== null ? present : {}, rest, path);
  return below && { ...within, [key]: below };
}

/** A value that helpers such as `link` and `formatDate` take, where the name says that one of them will. */
function placeholderFor(path: string): string | number {
  const name = path.split('.').at(-1) ?? path;
  if (/(?:ur[il]|link|href)$/i.test(name)) return `https://example.com/${name}`;
  if (/(?:date|time|At|On|until|expires)$/.test(name)) return '2030-01-31T09:30:00Z';
  if (/(?:count|number|amount|total|price|quantity|minutes|hours|days)$/i.test(name)) return 3;
  if (/currency$/i.test(name)) return 'EUR';
  return `[${path}]`;
}
