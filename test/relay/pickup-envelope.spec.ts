import { describe, expect, it } from '@jest/globals';
import type { MailHeader } from '../../lib/core/delivery/pickup/mail-header.js';
import { readMailHeader } from '../../lib/core/delivery/pickup/mail-header.js';
import type { PickupEnvelope } from '../../lib/core/delivery/pickup/pickup-envelope.js';
import {
  pickupEnvelope,
  recipientFieldNames,
  travellingRanges,
} from '../../lib/core/delivery/pickup/pickup-envelope.js';
import { UnreadableMailError } from '../../lib/core/delivery/pickup/unreadable-mail-error.js';

function headerOf(lines: readonly string[]): { bytes: Buffer; header: MailHeader } {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  const header = readMailHeader(bytes, true);
  if (!header) throw new Error('the header has no end');
  return { bytes, header };
}

function envelope(...lines: string[]): PickupEnvelope {
  const { bytes, header } = headerOf(lines);
  return pickupEnvelope(bytes, header);
}

function kept(...lines: string[]): string {
  const { bytes, header } = headerOf(lines);
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

describe('A source route in a pickup file', () => {
  it.each([
    [['From: a@b.cc', 'To: <@a.example:ann@contoso.com>'], 'a@b.cc', ['ann@contoso.com']],
    [
      ['From: <@x.example:a@b.cc>', 'Bcc: Ann <@a.example,@b.example:ann@contoso.com>'],
      'a@b.cc',
      ['ann@contoso.com'],
    ],
    [
      [
        'X-Sender: <@x.example:a@b.cc>',
        'X-Receiver: Ann <@y.example:ann@contoso.com>',
        'X-Receiver: @z.example:bob@contoso.com',
      ],
      'a@b.cc',
      ['ann@contoso.com', 'bob@contoso.com'],
    ],
  ])('means its mailbox: %j', (lines, from, to) => {
    expect(envelope(...lines)).toEqual({ from, to, invalid: [] });
  });

  it('does not hide that the mailbox is none', () => {
    expect(
      envelope('From: a@b.cc', 'X-Receiver: later@b.cc', 'To: c@b.cc, <@a.example:nobody>').invalid,
    ).toEqual([{ entry: '<@a.example:nobody>', reason: 'has no "@"' }]);
  });
});

describe('The recipients of a pickup file', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}@b.cc`);
  /** In fields of so many addresses each. */
  const fields = (name: string, addresses: string[], each: number): string[] =>
    Array.from(
      { length: Math.ceil(addresses.length / each) },
      (_, index) => `${name}: ${addresses.slice(index * each, (index + 1) * each).join(',')}`,
    );

  it('may be 50,000, in X-Receiver lines or over To, Cc and Bcc together', () => {
    const all = many(50_000);
    expect(envelope('X-Sender: a@b.cc', ...all.map(address => `X-Receiver: ${address}`)).to).toHaveLength(
      50_000,
    );
    expect(
      envelope(
        'From: a@b.cc',
        ...fields('To', all.slice(0, 30_000), 3000),
        ...fields('Bcc', all.slice(30_000), 3000),
      ).to,
    ).toHaveLength(50_000);
  });

  it.each([
    ['X-Receiver lines', ['X-Sender: a@b.cc', ...many(50_001).map(address => `X-Receiver: ${address}`)]],
    [
      'X-Receiver lines with one address',
      ['X-Sender: a@b.cc', ...many(50_001).map(() => 'X-Receiver: x@b.cc')],
    ],
    ['fields', ['From: a@b.cc', ...fields('To', many(40_000), 3000), ...fields('Cc', many(10_001), 3000)]],
    [
      'entries that are none',
      [
        'From: a@b.cc',
        ...fields(
          'To',
          many(50_001).map(() => 'x'),
          20_000,
        ),
      ],
    ],
  ])('are not read when they are more: in %s', (_where, lines) => {
    expect(() => envelope(...lines)).toThrow(UnreadableMailError);
    expect(() => envelope(...lines)).toThrow('It names more than 50,000 recipients');
  });

  it.each(['To', 'Cc', 'Bcc', 'From', 'Sender', 'X-Sender', 'X-Receiver'])(
    'are not read from a %s header beyond 64 KiB',
    name => {
      const lines = [
        'X-Sender: a@b.cc',
        'X-Receiver: a@b.cc',
        'Sender: a@b.cc',
        'From: a@b.cc',
        'To: a@b.cc',
      ];
      const others = lines.filter(line => !line.startsWith(`${name}:`));
      const used = name.startsWith('X-') ? others : others.filter(line => !line.startsWith('X-'));
      const without = name === 'From' ? used.filter(line => !line.startsWith('Sender')) : used;
      const long = `${name}: "${'x'.repeat(70_000)}" <ann@contoso.com>`;
      const message = `Its ${name} header is larger than 64 KiB`;
      expect(() => envelope(...(name.startsWith('X-') ? [long, ...without] : [...without, long]))).toThrow(
        message,
      );
    },
  );

  it('are read from a header of 64 KiB, folded or not', () => {
    const long = `To: ${many(3000).join(',\r\n ')}, "${'x'.repeat(22_000)}" <ann@contoso.com>`;
    expect(long.length).toBeGreaterThan(60_000);
    expect(envelope('From: a@b.cc', long).to).toHaveLength(3001);
  });

  it('are not sought in a header that nobody needs to read', () => {
    const long = `To: ${many(20_000).join(',')}`;
    expect(envelope('X-Sender: a@b.cc', 'X-Receiver: ann@contoso.com', 'From: a@b.cc', long).to).toEqual([
      'ann@contoso.com',
    ]);
  });
});

describe('The fields that name the recipients of a file', () => {
  it.each([
    [['X-Receiver: ann@contoso.com', 'From: a@b.cc', 'To: b@b.cc'], ['X-Receiver']],
    [
      ['From: a@b.cc', 'X-Receiver: ann@contoso.com', 'BCC: b@b.cc', 'to: c@b.cc'],
      ['To', 'Bcc'],
    ],
    [['X-Sender: a@b.cc', 'Cc: b@b.cc'], ['Cc']],
  ])('of %j are %j', (lines, names) => {
    expect(recipientFieldNames(headerOf(lines).header)).toEqual(names);
  });
});

describe('What travels of the header', () => {
  it('is nothing of the blind recipients of a mail that was sent on', () => {
    expect(
      kept('Resent-From: a@b.cc', 'Resent-To: c@b.cc', 'RESENT-BCC: d@b.cc,', '\te@b.cc', 'From: a@b.cc'),
    ).toBe('Resent-From: a@b.cc\r\nResent-To: c@b.cc\r\nFrom: a@b.cc\r\n');
  });

  it('is one range where nothing is taken out', () => {
    expect(travellingRanges(headerOf(['From: a@b.cc', 'To: b@b.cc', 'Subject: s']).header)).toHaveLength(1);
    expect(travellingRanges(headerOf(['From: a@b.cc', 'Bcc: b@b.cc', 'Subject: s']).header)).toHaveLength(2);
  });

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
