import { describe, expect, it } from '@jest/globals';
import { checkMailbox, MailboxSyntaxError, parseMailbox } from '../../../lib/core/address/parse-mailbox.js';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { MailSettingsError } from '../../../lib/core/errors/mail-settings-error.js';
import { readMailboxes } from '../../../lib/core/message/mailbox-list.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';

/** A domain of so many octets, in labels of 50. */
function domain(octets: number): string {
  const labels = `${'d'.repeat(49)}.`.repeat(10);
  return `${labels.slice(0, octets - 4)}.com`.replace('..', 'd.');
}

const LONGEST = `${'l'.repeat(64)}@${domain(189)}`;
const TOO_LONG = `${'l'.repeat(64)}@${domain(190)}`;
/** 30 characters, 60 octets in UTF-8. */
const UTF8_LOCAL_PART = 'é'.repeat(30);
/** Fewer characters than the A-labels that stand for it. */
const IDN = Array.from({ length: 5 }, () => `${'bücher'.repeat(5)}`).join('.');

describe('An address', () => {
  it.each([
    ['64 octets, the "@" and 189 octets', LONGEST, LONGEST],
    ['1 octet, the "@" and 252 octets', `a@${domain(252)}`, `a@${domain(252)}`],
    [
      '60 octets of UTF-8 and 193 behind the "@"',
      `${UTF8_LOCAL_PART}@${domain(193)}`,
      `${UTF8_LOCAL_PART}@${domain(193)}`,
    ],
  ])('of 254 octets is taken: %s', (_what, text, address) => {
    expect(Buffer.byteLength(address)).toBe(254);
    expect(parseMailbox(text)).toEqual({ address });
    expect(checkMailbox('Ann', text)).toEqual({ name: 'Ann', address });
  });

  it.each([
    ['64 octets, the "@" and 190 octets', TOO_LONG, '255 octets'],
    ['1 octet, the "@" and 253 octets', `a@${domain(253)}`, '255 octets'],
    ['UTF-8 before the "@"', `${UTF8_LOCAL_PART}@${domain(194)}`, '255 octets'],
    ['A-labels behind the "@"', `${'l'.repeat(64)}@${IDN}.com`, 'octets, more than the 254'],
    ['a name before it', `Ann <${TOO_LONG}>`, '255 octets'],
  ])('of more octets is refused: %s', (_what, text, message) => {
    expect(() => parseMailbox(text)).toThrow(MailboxSyntaxError);
    expect(() => parseMailbox(text)).toThrow(message);
  });

  it.each(['to', 'from', 'sender', 'replyTo'])('of 255 octets is refused in the field %s', field => {
    expect(() => readMailboxes(field, TOO_LONG)).toThrow(MailMessageError);
    expect(() => readMailboxes(field, [{ address: TOO_LONG }])).toThrow('255 octets');
    expect(readMailboxes(field, LONGEST)).toEqual([{ address: LONGEST }]);
  });

  it.each(['FromAddress', 'CatchAllAddress', 'CatchAllCCAddress', 'ReplyTo', 'BounceAddress'])(
    'of 255 octets is refused in the setting %s',
    key => {
      const settings = { Host: 'localhost', FromAddress: 'a@contoso.com' };
      expect(() => resolveMailSettings({ ...settings, [key]: TOO_LONG })).toThrow(MailSettingsError);
      expect(() => resolveMailSettings({ ...settings, [key]: TOO_LONG })).toThrow('255 octets');
      expect(() => resolveMailSettings({ ...settings, [key]: LONGEST })).not.toThrow();
    },
  );
});
