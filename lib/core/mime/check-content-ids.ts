import { MailMessageError } from '../errors/mail-message-error.js';
import { checkIdentifiers } from '../message/check-attachments.js';
import type { MailAttachment } from '../message/mail-message.js';
import { htmlTags, nextOf } from './html-tags.js';

/** Attributes that name what is shown or opened. */
const ADDRESSES: ReadonlySet<string> = new Set([
  'src',
  'href',
  'background',
  'poster',
  'data',
  'srcset',
  'xlink:href',
]);
const IN_STYLE = /url\(\s*(?:["']\s*)?cid:([^"')\s]*)/gi;
const SHOWN = 5;

/**
 * Checks that what the HTML shows by `cid:` travels with the mail (RFC 2392), and that no two attachments have the same
 * Content-ID. An attachment that the HTML does not show is none of its business.
 *
 * @throws {@link MailMessageError} `EMAILATTACHMENT`, field `html` for what is not there
 */
export function checkContentIds(html: string | undefined, attachments: readonly MailAttachment[]): void {
  checkIdentifiers(attachments);
  const there = new Set(attachments.flatMap(({ cid }) => cid ?? []));
  for (const wanted of contentIdsIn(html ?? '')) {
    if (there.has(wanted) || there.has(unescaped(wanted))) continue;
    const known = [...there].slice(0, SHOWN).join(', ');
    throw new MailMessageError(
      'EMAILATTACHMENT',
      'html',
      `shows "cid:${wanted.slice(0, 200)}", but no attachment has this cid${known === '' ? '' : `; those that are there: ${known}`}`,
    );
  }
}

/** The Content-IDs that a page names, in order; text that only looks like one is none. */
function* contentIdsIn(html: string): Generator<string> {
  if (!/cid/i.test(html)) return;
  for (const { name: element, attributes, end } of htmlTags(html)) {
    if (element === 'style') yield* inStyle(html.slice(end, nextOf(html, /</g, end)));
    for (const [name, value] of attributes) {
      if (name === 'style') yield* inStyle(value);
      if (!ADDRESSES.has(name)) continue;
      for (const address of name === 'srcset' ? value.split(',') : [value]) {
        const [, cid] = /^\s*cid:(\S*)/i.exec(address) ?? [];
        if (cid !== undefined) yield cid;
      }
    }
  }
}

function* inStyle(sheet: string): Generator<string> {
  for (const [, cid = ''] of sheet.matchAll(IN_STYLE)) yield cid;
}

function unescaped(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}
