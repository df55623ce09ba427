import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { HideableExtension } from '../support/mail-sink-options.js';
import { MailSink } from '../support/mail-sink.js';
import type { RelayApp } from '../support/relay-app.js';
import { publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ pollMs: 50 });
const ENVELOPE = ['X-Sender: a@contoso.com', 'X-Receiver: ann@contoso.com', 'X-Receiver: bob@contoso.com'];
const TEXT = [
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
];

function file(header: readonly string[], body = 'x'): string {
  return [...ENVELOPE, 'From: a@contoso.com', 'To: ann@contoso.com', ...header, '', body, ''].join('\r\n');
}

async function relayTo(...hideExtensions: HideableExtension[]): Promise<{ sink: MailSink; app: RelayApp }> {
  const sink = bench.closing(await MailSink.start({ hideExtensions }));
  return { sink, app: await bench.relay({}, { Host: sink.host, Port: sink.port }) };
}

const commandOf = (sink: MailSink): string => sink.commands.find(line => line.startsWith('MAIL')) ?? '';
const reason = (): string => readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8');

describe('A file whose header holds UTF-8 as it is', () => {
  it.each([
    ['a subject', ['Subject: Grüße']],
    ['a name', ['Cc: Jürgen <j@contoso.com>']],
    ['an address', ['Reply-To: jürgen@contoso.com']],
    ['a folded line', ['Subject: plain', '\tund schön']],
  ])('is sent with SMTPUTF8: %s', async (_where, lines) => {
    publish(bench.folder.path, 'x.eml', file(lines));
    const { sink, app } = await relayTo();
    await app.until('sent');
    expect(commandOf(sink)).toMatch(/^MAIL FROM:<a@contoso\.com> .*\bSMTPUTF8\b/);
    expect(commandOf(sink).match(/SMTPUTF8/g)).toHaveLength(1);
    expect(sink.messages[0]?.raw.toString()).toContain(lines.join('\r\n'));
  });

  it('and whose envelope does so too says SMTPUTF8 once', async () => {
    publish(bench.folder.path, 'x.eml', `X-Receiver: jörg@contoso.com\r\n${file(['Subject: Grüße'])}`);
    const { sink, app } = await relayTo();
    await app.until('sent');
    expect(commandOf(sink).match(/SMTPUTF8/g)).toHaveLength(1);
  });

  it('goes to badmail at once, and to nobody, where the server does not offer that', async () => {
    publish(bench.folder.path, 'x.eml', file(['Subject: Grüße']));
    const { sink, app } = await relayTo('SMTPUTF8');
    await app.until('rejected');
    expect(sink.commands.filter(line => /^(?:MAIL|RCPT|DATA)/.test(line))).toEqual([]);
    expect(reason()).toMatch(
      /^Reason: .*header .*needs SMTPUTF8 \(RFC 6531\), which the server does not offer/m,
    );
    expect(reason()).toMatch(/^ {2}ann@contoso\.com: .*SMTPUTF8/m);
    expect(reason()).toMatch(/^ {2}bob@contoso\.com: .*SMTPUTF8/m);
    expect(app.of('deferred')).toEqual([]);
  });

  it('is no such mail when only lines that are not sent hold it', async () => {
    publish(
      bench.folder.path,
      'x.eml',
      `X-Sender: Jürgen <a@contoso.com>\r\n${file(['Bcc: Jürgen <j@contoso.com>'])}`,
    );
    const { sink, app } = await relayTo('SMTPUTF8', '8BITMIME');
    await app.until('sent');
    expect(commandOf(sink)).toBe('MAIL FROM:<a@contoso.com>');
  });

  it('does not change what is said for the next mail', async () => {
    publish(bench.folder.path, 'a.eml', file(['Subject: Grüße']));
    const { sink, app } = await relayTo();
    await app.until('sent');
    publish(bench.folder.path, 'b.eml', file(['Subject: plain']));
    await app.until('sent', 2);
    expect(sink.connections).toBe(1);
    expect(
      sink.commands.filter(line => line.startsWith('MAIL')).map(line => line.includes('SMTPUTF8')),
    ).toEqual([true, false]);
  });
});

describe('A file whose body holds octets beyond ASCII', () => {
  it.each([
    ['is small', 'Grüße'],
    ['is large', 'Grüße und mehr\r\n'.repeat(100_000)],
  ])('goes to badmail at once where the server does not offer 8BITMIME: it %s', async (_size, body) => {
    publish(bench.folder.path, 'x.eml', file(TEXT, body));
    const { sink, app } = await relayTo('8BITMIME');
    await app.until('rejected');
    expect(sink.commands.filter(line => /^(?:MAIL|RCPT|DATA)/.test(line))).toEqual([]);
    expect(reason()).toMatch(/^Reason: .*needs 8BITMIME \(RFC 6152\)/m);
    expect(app.of('deferred')).toEqual([]);
  });

  it('is sent with 8BITMIME and without SMTPUTF8', async () => {
    publish(bench.folder.path, 'x.eml', file(TEXT, 'Grüße'));
    const { sink, app } = await relayTo('SMTPUTF8');
    await app.until('sent');
    expect(commandOf(sink)).toContain('BODY=8BITMIME');
    expect(sink.messages[0]?.raw.toString()).toContain('Grüße');
  });
});

describe('A file whose header holds other octets', () => {
  it.each([
    ['Latin-1', Buffer.from('Subject: Gr\u00fc\u00dfe', 'latin1'), 'Subject'],
    ['half a character', Buffer.from([...Buffer.from('X-Note: '), 0xc3]), 'X-Note'],
    ['a surrogate in UTF-8', Buffer.from([...Buffer.from('X-Note: '), 0xed, 0xa0, 0x80]), 'X-Note'],
  ])('goes to badmail: %s', async (_what, line, name) => {
    const [head = '', rest = ''] = file(['MARK']).split('MARK');
    publish(bench.folder.path, 'x.eml', Buffer.concat([Buffer.from(head), line, Buffer.from(rest)]));
    const { sink, app } = await relayTo();
    await app.until('rejected');
    expect(reason()).toContain(`Its ${name} header holds octets that are neither ASCII nor UTF-8`);
    expect(sink.connections).toBe(0);
  });
});
