import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { readMessage } from '../../../lib/core/message/read-message.js';
import { envelopeSender } from '../../../lib/core/mime/compose-mail.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const read = (more: object, bounceAddress?: string) =>
  readMessage({ ...BASE, ...more } as never, 'from@contoso.com', { bounceAddress });

describe('The sender of the envelope', () => {
  it.each<[string, object, string | undefined, string]>([
    ['the author', {}, undefined, 'from@contoso.com'],
    ['the sender', { sender: 'sender@contoso.com' }, undefined, 'sender@contoso.com'],
    ['BounceAddress', { sender: 'sender@contoso.com' }, 'bounce@contoso.com', 'bounce@contoso.com'],
    ['envelopeFrom', { envelopeFrom: 'own@contoso.com' }, 'bounce@contoso.com', 'own@contoso.com'],
    ['envelopeFrom', { envelopeFrom: 'Own <own@bücher.example>' }, undefined, 'own@xn--bcher-kva.example'],
    [
      'envelopeFrom',
      { envelopeFrom: { name: 'Own', address: 'own@contoso.com' } },
      undefined,
      'own@contoso.com',
    ],
    ['nobody', { envelopeFrom: null }, 'bounce@contoso.com', ''],
  ])('is %s of %j, with BounceAddress %s', (_who, message, bounceAddress, expected) => {
    expect(envelopeSender(read(message, bounceAddress))).toBe(expected);
  });

  it.each<[unknown, RegExp]>([
    ['', /say null/],
    ['<>', /say null/],
    ['nobody', /./],
    ['a@b.com, c@d.com', /./],
    [['a@b.com'], /must be one mailbox/],
    [[], /must be one mailbox/],
    ['a@b.com\r\nRCPT TO:<evil@x.com>', /./],
    [42, /must be one mailbox/],
    [false, /must be one mailbox/],
    [{ name: 'x' }, /must be one mailbox/],
    [`${'x'.repeat(65)}@b.com`, /64/],
  ])('is refused: %j', (envelopeFrom, words) => {
    let refused: unknown;
    try {
      read({ envelopeFrom });
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(MailMessageError);
    expect(refused).toMatchObject({
      code: 'EMAILADDRESS',
      field: 'envelopeFrom',
      message: expect.stringMatching(words),
    });
  });
});

describe('A time zone and "automatic"', () => {
  it.each<[object, string, RegExp]>([
    [{ template: 't', timeZone: 'Mars/Base' }, 'timeZone', /IANA name of a time zone/],
    [{ template: 't', timeZone: '+02:00' }, 'timeZone', /IANA name of a time zone/],
    [{ template: 't', timeZone: '' }, 'timeZone', /IANA name of a time zone/],
    [{ template: 't', timeZone: {} }, 'timeZone', /IANA name of a time zone/],
    [{ ...BASE, timeZone: 'Europe/Paris' }, 'timeZone', /needs a template/],
    [{ ...BASE, automatic: 'yes' }, 'automatic', /must be true or false/],
    [{ template: 't', automatic: false }, 'automatic', /leave the field out/],
  ])('are refused: %j', (message, field, words) => {
    expect(() => readMessage({ to: 'a@b.com', ...message } as never, 'a@b.com')).toThrow(
      expect.objectContaining({ code: 'EMAILMESSAGE', field, message: expect.stringMatching(words) }),
    );
  });

  it('are read beside a template, with a subject of the message', () => {
    const message = { to: 'a@b.com', template: 't', timeZone: 'Asia/Tokyo', subject: 'Own', automatic: true };
    const mail = readMessage(message, 'a@b.com');
    expect(mail.content).toEqual({ template: 't', context: {}, timeZone: 'Asia/Tokyo', subject: 'Own' });
    expect(readMessage({ ...BASE, timeZone: null, automatic: true }, 'a@b.com').automatic).toBe(true);
  });
});
