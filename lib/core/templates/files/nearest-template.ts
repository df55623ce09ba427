import { likelyKey, nearestKey } from '../../text/nearest-key.js';

/** Longer texts are no misspelled name. */
const LONGEST = 200;

/**
 * The template that a wrong name probably meant: misspelled, in other letters, with the name of a file, or without its folder.
 *
 * @returns undefined when none is like it
 */
export function nearestTemplate(written: string, known: readonly string[]): string | undefined {
  if (written.length > LONGEST) return undefined;
  const name = written
    .replaceAll('\\', '/')
    .replace(/^[./]+|\/+$/g, '')
    .replace(/\.hbs$/i, '')
    .replace(/\/(?:subject|html|text)(?:\.[\w-]+)?$/i, '');
  const folded = name.toLowerCase();
  const last = lastOf(name);
  const nearLast = nearestKey(last, known.map(lastOf));
  return (
    known.find(other => other.toLowerCase() === folded) ??
    known.find(other => lastOf(other).toLowerCase() === last.toLowerCase()) ??
    nearestKey(name, known) ??
    known.find(other => lastOf(other) === nearLast) ??
    likelyKey(name, known)
  );
}

/** A name without its folders. */
function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
