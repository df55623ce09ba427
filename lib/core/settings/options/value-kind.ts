/** Objects of these kinds have no options as fields, and would pass for options without any. */
const CONTAINERS: ReadonlyMap<string, string> = new Map(
  ['Map', 'Set', 'Promise', 'Date', 'RegExp', 'String', 'Number', 'Boolean', 'Uint8Array'].map(
    (kind): [string, string] => [`[object ${kind}]`, `a ${kind}`],
  ),
)
  .set('[object Array]', 'a list')
  .set('[object Error]', 'an Error');

/** Whether a value is an object whose fields can be options: a literal, an instance of a class, one without a prototype. */
export function isOptionObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !CONTAINERS.has(tag(value));
}

/** What a value is, in words; never a text itself, which may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  switch (typeof value) {
    case 'object':
      return CONTAINERS.get(tag(value)) ?? 'an object';
    case 'string':
      return value === '' ? 'an empty text' : 'a text';
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return `a ${typeof value}`;
  }
}

function tag(value: object): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    // A proxy whose traps throw; reading its fields will tell.
    return '[object Object]';
  }
}
