/** Attributes that hold an address in every element that has them. */
const EVERYWHERE: ReadonlySet<string> = new Set(
  'action archive attributionsrc background cite classid codebase dynsrc formaction href icon imagesrcset longdesc lowsrc manifest ping poster profile src srcset usemap xlink:href xml:base'.split(
    ' ',
  ),
);

/** Whether an attribute holds an address, or may: `data` and `content` do in some elements. */
export function mayHoldAddress(attribute: string): boolean {
  return EVERYWHERE.has(attribute) || attribute === 'data' || attribute === 'content';
}

/**
 * Whether an attribute holds an address.
 *
 * @param refreshes whether the element is `<meta http-equiv="refresh">`
 */
export function holdsAddress(tag: string, attribute: string, refreshes: boolean): boolean {
  if (attribute === 'data') return tag === 'object';
  return attribute === 'content' ? tag === 'meta' && refreshes : EVERYWHERE.has(attribute);
}

/** What of an attribute's value belongs to the address that is being written at its end. */
export function addressPart(attribute: string, before: string): string {
  switch (attribute) {
    case 'srcset':
    case 'imagesrcset':
      return lastOf(before, /,\s*/);
    case 'ping':
    case 'archive':
    case 'profile':
      return lastOf(before, /[\s,]+/);
    case 'content':
      return before.replace(/^[^;,]*[;,]\s*(?:url\s*=\s*)?['"]?/i, '').trimStart();
    default:
      return before.trimStart();
  }
}

function lastOf(text: string, separator: RegExp): string {
  return text.split(separator).at(-1)?.trimStart() ?? '';
}
