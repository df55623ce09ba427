import { describe, expect, it } from '@jest/globals';
import { readMailHeader } from '../../lib/core/delivery/pickup/mail-header.js';
import type { PickupEnvelope } from '../../lib/core/delivery/pickup/pickup-envelope.js';
import { pickupEnvelope, travellingRanges } from '../../lib/core/delivery/pickup/pickup-envelope.js';

function envelope(...lines: string[]): PickupEnvelope {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  const header = readMailHeader(bytes, true);
  if (!header) throw new Error('the header has no end');
  return pickupEnvelope(bytes, header);
}

function kept(...lines: string[]): string {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  const header = readMailHeader(bytes, true);
  if (!header) throw new Error('the header has no end');
  return travellingRanges(header)
    .map(({ start, end }) => bytes.toString('utf8', start, end))
    .join('');
}

describe('The envelope of a pickup file', () => {
  it('is what X-Sender and X-Receiver say, when they come first', () => {
    expect(
      envelope(
        'x-sender: bounce@contoso.com',
        'X-RECEIVER: <ann@Contoso.COM>',
        'X-Receiver: Bob <bob@contoso.com>',
        'From: other@contoso.com',
        'To: eve@contoso.com',
      ),
    ).toEqual({ from: 'bounce@contoso.com', to: ['ann@contoso.com', 'bob@contoso.com'], invalid: [] });
  });

  it('may begin with the receivers', () => {
    expect(
      envelope('X-Receiver: ann@contoso.com', 'X-Sender: b@contoso.com', 'From: c@contoso.com'),
    ).toMatchObject({
      from: 'b@contoso.com',
      to: ['ann@contoso.com'],
    });
  });

  it('is not what they say when they come later', () => {
    expect(
      envelope(
        'From: a@contoso.com',
        'X-Sender: b@contoso.com',
        'X-Receiver: c@contoso.com',
        'To: d@contoso.com',
      ),
    ).toMatchObject({ from: 'a@contoso.com', to: ['d@contoso.com'] });
  });

  it('comes from Sender, else the first From, and from To, Cc and Bcc, each recipient once', () => {
    expect(
      envelope(
        'From: "Doe, Jane" <jane@contoso.com>, joe@contoso.com',
        'To: Ann <ann@contoso.com>, Team: bob@contoso.com, =?utf-8?q?C=C3=A9dric?= <c@contoso.com>;',
        'Cc: d@contoso.com (a comment),',
        '\tann@CONTOSO.com',
        'Bcc: eve@contoso.com',
      ),
    ).toEqual({
      from: 'jane@contoso.com',
      to: ['ann@contoso.com', 'bob@contoso.com', 'c@contoso.com', 'd@contoso.com', 'eve@contoso.com'],
      invalid: [],
    });
    expect(envelope('From: a@b.cc', 'Sender: s@b.cc', 'To: t@b.cc').from).toBe('s@b.cc');
  });

  it('keeps sender and recipients apart: one of the two may come from the other place', () => {
    expect(envelope('X-Sender: s@contoso.com', 'From: a@contoso.com', 'To: t@contoso.com')).toMatchObject({
      from: 's@contoso.com',
      to: ['t@contoso.com'],
    });
    expect(envelope('X-Receiver: r@contoso.com', 'From: a@contoso.com', 'To: t@contoso.com')).toMatchObject({
      from: 'a@contoso.com',
      to: ['r@contoso.com'],
    });
  });

  it.each(['X-Sender: <>', 'X-Sender:', 'X-Sender: < >'])('has no return address with %j', line => {
    expect(envelope(line, 'X-Receiver: r@contoso.com', 'From: a@contoso.com').from).toBe('');
  });

  it('names the recipients that are none, and keeps the others', () => {
    expect(
      envelope('From: a@contoso.com', 'To: ann@contoso.com, not-an-address, "x y"@contoso.com, z@[10.0.0.1]'),
    ).toEqual({
      from: 'a@contoso.com',
      to: ['ann@contoso.com'],
      invalid: [
        { entry: 'not-an-address', reason: 'has no "@"' },
        { entry: '"x y"@contoso.com', reason: 'has a quoted local part, which is not supported' },
        { entry: 'z@[10.0.0.1]', reason: 'has an address literal instead of a domain name' },
      ],
    });
  });

  it.each([
    [['To: a@contoso.com'], 'It names no sender: neither X-Sender at the beginning nor Sender or From.'],
    [
      ['From: nobody', 'To: a@contoso.com'],
      'Its From header holds no address that can be used: nobody has no "@".',
    ],
    [
      ['From: a@contoso.com'],
      'It names no recipient: neither X-Receiver lines at the beginning nor To, Cc or Bcc.',
    ],
    [['From: a@contoso.com', 'To: undisclosed-recipients:;'], 'It names no recipient'],
    [
      ['From: a@contoso.com', 'To: nobody'],
      'It has no recipient that mail can be sent to: nobody has no "@".',
    ],
  ])('is refused in words: %j', (lines, message) => {
    expect(() => envelope(...lines)).toThrow(message);
  });
});

describe('What travels of the header', () => {
  it('is everything but X-Sender, X-Receiver and Bcc, wherever they stand, with their folded lines', () => {
    expect(
      kept(
        'X-Sender: s@contoso.com',
        'X-Receiver: r@contoso.com',
        'From: a@contoso.com',
        'bcc: b@contoso.com,',
        '\tc@contoso.com',
        'Subject: kept',
        ' too',
        'X-Receiver: later@contoso.com',
        'X-Sender-Note: kept',
      ),
    ).toBe('From: a@contoso.com\r\nSubject: kept\r\n too\r\nX-Sender-Note: kept\r\n');
  });
});
