import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { readMessage } from '../../../lib/core/message/read-message.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const CALENDAR = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n';
const read = (alternatives: unknown) =>
  readMessage({ ...BASE, alternatives } as never, 'a@contoso.com').alternatives;

function refusal(alternatives: unknown): MailMessageError {
  try {
    read(alternatives);
  } catch (error) {
    if (error instanceof MailMessageError) return error;
    throw error;
  }
  throw new Error('They were taken.');
}

describe('Alternatives', () => {
  it.each([
    [{ contentType: 'text/calendar; method=REQUEST; charset=utf-8', content: CALENDAR }],
    [{ contentType: 'text/calendar; method="request"', content: CALENDAR }],
    [{ contentType: 'text/calendar', content: CALENDAR }],
    [{ contentType: 'text/calendar; method=REQUEST', content: 'BEGIN:VCALENDAR' }],
    [{ contentType: 'text/x-amp-html', content: '<html ⚡4email></html>' }],
    [{ contentType: 'application/ld+json', content: '{}' }],
  ])('of a known form are taken: %j', alternative => {
    expect(read([alternative])).toEqual([alternative]);
  });

  it('may be octets', () => {
    const [alternative] = read([
      { contentType: 'text/calendar', content: new TextEncoder().encode(CALENDAR) },
    ]);
    expect(alternative?.content).toEqual(Buffer.from(CALENDAR));
  });

  it('are content enough for a mail', () => {
    const mail = readMessage(
      {
        to: 'ann@contoso.com',
        subject: 's',
        alternatives: [{ contentType: 'text/calendar', content: CALENDAR }],
      },
      'a@contoso.com',
    );
    expect(mail.content).toEqual({ subject: 's' });
  });

  it.each<[unknown, string, RegExp]>([
    ['x', 'alternatives', /must be an array/],
    [['x'], 'alternatives[0]', /must be \{ contentType, content \}/],
    [[null], 'alternatives[0]', /must be \{ contentType, content \}/],
    [Array.from({ length: 2 }), 'alternatives[0]', /must be \{ contentType, content \}/],
    [[{ content: 'x' }], 'alternatives[0].contentType', /is missing/],
    [[{ contentType: 'calendar', content: 'x' }], 'alternatives[0].contentType', /must be a MIME type/],
    [
      [{ contentType: 'text/calendar\r\nBcc: x', content: 'x' }],
      'alternatives[0].contentType',
      /must be a MIME type/,
    ],
    [[{ contentType: 42, content: 'x' }], 'alternatives[0].contentType', /must be a MIME type/],
    [
      [{ contentType: `text/${'x'.repeat(300)}`, content: 'x' }],
      'alternatives[0].contentType',
      /must be a MIME/,
    ],
    [
      [{ contentType: 'multipart/mixed; boundary=x', content: 'x' }],
      'alternatives[0].contentType',
      /is multipart\/mixed/,
    ],
    [[{ contentType: 'Message/RFC822', content: 'x' }], 'alternatives[0].contentType', /is Message\/RFC822/],
    [[{ contentType: 'text/calendar' }], 'alternatives[0].content', /must be a string, a Buffer/],
    [
      [{ contentType: 'text/calendar', content: 42 }],
      'alternatives[0].content',
      /must be a string, a Buffer/,
    ],
    [
      [
        { contentType: 'text/calendar', content: 'x' },
        { contentType: 'text/calendar', content: Readable.from(['x']) },
      ],
      'alternatives[1].content',
      /read a stream or a file before/,
    ],
    [
      [{ contentType: 'text/calendar', content: 'x', filename: 'x' }],
      'alternatives[0].filename',
      /is not known/,
    ],
    [[{ contentType: 'text/calendar', path: '/etc/passwd' }], 'alternatives[0].path', /is not known/],
    [
      [{ contentType: 'text/calendar; method=REQUEST', content: 'BEGIN:VCALENDAR\nMETHOD:CANCEL' }],
      'alternatives[0].contentType',
      /says method=REQUEST, and the calendar METHOD:CANCEL/,
    ],
    [
      [{ contentType: 'application/ics; method=publish', content: Buffer.from('VERSION:2.0\nMETHOD:REPLY') }],
      'alternatives[0].contentType',
      /both must say the same \(RFC 6047/,
    ],
    [
      Array.from({ length: 101 }, () => ({ contentType: 'text/x', content: 'x' })),
      'alternatives',
      /more items than the 100/,
    ],
  ])('of another form are refused: %#', (alternatives, field, words) => {
    const error = refusal(alternatives);
    expect([error.code, error.field]).toEqual(['EMAILMESSAGE', field]);
    expect(error.message).toMatch(words);
  });

  it('with a body that is too long are refused', () => {
    const content = Buffer.alloc(32 * 1024 * 1024 + 1);
    expect(refusal([{ contentType: 'text/calendar', content }]).message).toMatch(/33,554,433 octets/);
  });
});
