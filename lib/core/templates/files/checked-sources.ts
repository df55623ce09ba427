import { createHash } from 'node:crypto';
import { canonicalCulture } from '../culture.js';
import { PACKAGE_RELEASE } from './package-release.js';

/** Where a module of templates says what they were checked with; no path of a file, and older releases pass over it. */
export const CHECK_NOTE = Symbol.for('nest-mailroom.checked');

/** Where a module of templates has what is run of them: `{ checked, templates }`, the note that it was made with and a function. */
export const COMPILED = Symbol.for('nest-mailroom.compiled');

/** What the outcome of a check depends on beside the templates. */
export interface CheckedWith {
  readonly defaultCulture: string;
  /** Names of the application's helpers. */
  readonly helpers: readonly string[];
}

type Sources = Readonly<Record<string, string>>;

/** What a module says of templates that were checked by this release, and of which there was nothing to tell. */
export function checkNote(sources: Sources, { defaultCulture, helpers }: CheckedWith): string {
  const names = [...new Set(helpers)].toSorted();
  const checked = [PACKAGE_RELEASE, canonicalCulture(defaultCulture), names, Object.entries(sources)];
  const digest = createHash('sha256').update(JSON.stringify(checked)).digest('base64url');
  return JSON.stringify([digest, ...names]);
}

/**
 * Whether just these templates were checked, by this release and with these helpers, when their module was written: the check of
 * a start would find the same again. Whoever has changed a text since then, or brings other helpers, has them checked.
 */
export function wereChecked(sources: Sources, { defaultCulture, helpers }: CheckedWith): boolean {
  const note = noteOf(sources);
  if (note === undefined) return false;
  const names = helpersOf(note);
  return (
    names !== undefined &&
    names.every(name => helpers.includes(name)) &&
    note === checkNote(sources, { defaultCulture, helpers: names })
  );
}

/** Takes what a module says of its templates, and has made of them, along with them. */
export function copyCheckNote(from: object, to: object): void {
  for (const key of [CHECK_NOTE, COMPILED]) {
    const value: unknown = Reflect.get(from, key);
    if (value !== undefined) Object.assign(to, { [key]: value });
  }
}

/** What a module has made of templates that {@link wereChecked}; undefined where it was made with other helpers, or not at all. */
export function compiledWith(sources: Sources, helpers: readonly string[]): unknown {
  const note = noteOf(sources);
  const names = helpersOf(note ?? '');
  const same = names?.length === helpers.length && helpers.every(name => names.includes(name));
  const { checked, templates }: { checked?: unknown; templates?: unknown } = Object(
    Reflect.get(sources, COMPILED),
  );
  // Texts and code may come from two versions of a file, as a merge can leave them.
  return same && checked === note && typeof templates === 'function' ? templates() : undefined;
}

function noteOf(sources: object): string | undefined {
  const note: unknown = Reflect.get(sources, CHECK_NOTE);
  return typeof note === 'string' ? note : undefined;
}

function helpersOf(note: string): string[] | undefined {
  try {
    const read: unknown = JSON.parse(note);
    return Array.isArray(read) ? read.slice(1).map(String) : undefined;
  } catch {
    return undefined;
  }
}
