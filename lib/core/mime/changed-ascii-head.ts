import { isAscii } from 'node:buffer';
import type { AsciiHead } from './composed-mail.js';
import { fieldsOf, headerSection } from './header-section.js';

/**
 * The ASCII form of a header that was changed: each field beyond ASCII that stands in it as before is replaced by the one
 * that took its place before.
 *
 * @param after the mail as it is now
 * @param before the mail as it was
 * @param ascii the ASCII header of the mail as it was
 * @returns undefined when the header is ASCII, or holds a new field beyond ASCII
 */
export function changedAsciiHead(after: Buffer, before: Buffer, ascii: AsciiHead): AsciiHead | undefined {
  const section = headerSection(after);
  if (!section || isAscii(section)) return undefined;
  const [now, old, replaced] = [section, before.subarray(0, ascii.replaces), ascii.bytes].map(fieldsOf);
  if (!now || !old || !replaced || 'badLine' in now || 'badLine' in old || 'badLine' in replaced)
    return undefined;
  const known = new Map(old.map(({ text }, index) => [text, replaced[index]?.text]));
  const lines = now.map(({ text }) => known.get(text) ?? text);
  const bytes = Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');
  return isAscii(bytes) ? { bytes, replaces: section.length } : undefined;
}
