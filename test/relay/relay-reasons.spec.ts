import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { SmtpReply } from '../support/mail-sink-options.js';
import { MailSink } from '../support/mail-sink.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ pollMs: 50 });
const GONE: SmtpReply = { code: 550, message: '5.1.1 no such user' };
const BUSY: SmtpReply = { code: 450, message: '4.2.1 busy' };

/** A relay to a server that says something of each recipient. */
async function relayTo(rejectRecipient: (address: string) => SmtpReply | undefined): Promise<RelayApp> {
  const sink = bench.closing(await MailSink.start({ rejectRecipient }));
  return bench.relay({}, { Host: sink.host, Port: sink.port });
}

const gone = (address: string): SmtpReply | undefined => (address.startsWith('gone') ? GONE : undefined);
const reason = (): string => readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8');

describe('The reason for a mail in badmail', () => {
  it.each([
    ['one of two', ['ann@contoso.com', 'gone@contoso.com'], '550 5.1.1 no such user (gone@contoso.com)'],
    ['the only one', ['gone@contoso.com'], '550 5.1.1 no such user (gone@contoso.com)'],
    [
      'some of them',
      ['ann@contoso.com', 'gone1@contoso.com', 'gone2@contoso.com', 'gone3@contoso.com'],
      '550 5.1.1 no such user (gone1@contoso.com and 2 more)',
    ],
    ['all', ['gone1@contoso.com', 'gone2@contoso.com'], '550 5.1.1 no such user'],
  ])('names the recipient that it speaks of: %s', async (_who, receivers, told) => {
    publish(bench.folder.path, 'x.eml', iisMail('x', receivers));
    const app = await relayTo(gone);
    await app.until('rejected');
    expect(reason()).toContain(`Reason:     ${told}\n`);
    expect(app.of('rejected')[0]?.reason).toBe(told.replace(/gone1?@/, 'g***@'));
  });

  it('names a recipient that the server was not asked about', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x', ['ann@contoso.com', 'eve@elsewhere.com']));
    const app = await bench.relay({}, { AllowedDomains: 'contoso.com' });
    await app.until('rejected');
    expect(app.of('rejected')[0]?.reason).toBe(
      'e***@elsewhere.com: the setting AllowedDomains does not allow its domain',
    );
  });

  it('shows what is no address, with our words about it as they are', async () => {
    publish(bench.folder.path, 'x.eml', 'From: a@contoso.com\r\nTo: Jane Doe, ann@contoso.com\r\n\r\nx');
    const app = await bench.relay();
    await app.until('rejected');
    expect(app.of('rejected')[0]?.reason).toBe('Jane Doe: has no "@"');
    publish(bench.folder.path, 'y.eml', 'From: a@contoso.com\r\nTo: Jane Doe\r\n\r\nx');
    await app.until('rejected', 2);
    expect(app.of('rejected')[1]?.reason).toBe(
      'It has no recipient that mail can be sent to: Jane Doe has no "@".',
    );
  });
});

describe('The reason for another try', () => {
  it.each([
    ['busy@contoso.com', BUSY, '450 4.2.1 busy (b***@contoso.com)'],
    [
      'busy@contoso.com',
      { code: 450, message: '4.2.1 <busy@contoso.com> is busy' },
      '450 4.2.1 <b***@contoso.com> is busy',
    ],
  ])('names %s once: %j', async (address, reply, told) => {
    publish(bench.folder.path, 'x.eml', iisMail('x', ['ann@contoso.com', address]));
    const app = await relayTo(receiver => (receiver === address ? reply : undefined));
    await app.until('deferred');
    expect(app.of('deferred')[0]?.reason).toBe(told);
  });
});

describe('The advice in badmail', () => {
  it.each([
    [iisMail('x', ['ann@contoso.com', 'gone@contoso.com']), 'X-Receiver lines'],
    ['From: a@contoso.com\r\nTo: ann@contoso.com, gone@contoso.com\r\n\r\nx', 'To lines'],
    ['From: a@contoso.com\r\nTo: ann@contoso.com\r\nBcc: gone@contoso.com\r\n\r\nx', 'To and Bcc lines'],
    [
      'From: a@contoso.com\r\nCc: ann@contoso.com\r\nTo: gone@contoso.com\r\nBcc: x@contoso.com\r\n\r\nx',
      'To, Cc and Bcc lines',
    ],
    [
      'From: a@contoso.com\r\nX-Receiver: b@contoso.com\r\nTo: ann@contoso.com, gone@contoso.com\r\n\r\nx',
      'To lines',
    ],
  ])('speaks of the lines that the file has: %j', async (content, lines) => {
    publish(bench.folder.path, 'x.eml', content);
    const app = await relayTo(gone);
    await app.until('rejected');
    expect(reason()).toContain(
      `First take those who have it already out of its ${lines}, or they get it twice.`,
    );
    expect(reason().includes('X-Receiver')).toBe(lines.startsWith('X-Receiver'));
  });

  it('speaks of none when nobody has the mail', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x', ['gone@contoso.com']));
    const app = await relayTo(gone);
    await app.until('rejected');
    expect(reason()).not.toContain('X-Receiver');
  });
});
