import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import type { MailRelayOptions } from '../../lib/relay/relay-options.js';
import { MailSink } from '../support/mail-sink.js';
import type { MailSinkOptions, SmtpReply } from '../support/mail-sink.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import type { Script, ScriptStep } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const bench = useRelayBench({ retry: { firstMs: 150, maxMs: 1000 } });

async function startSink(options: MailSinkOptions = {}): Promise<MailSink> {
  return bench.closing(await MailSink.start(options));
}

function relay(
  server: { host: string; port: number },
  options: Partial<MailRelayOptions> = {},
  more: object = {},
): Promise<RelayApp> {
  return bench.relay(options, { Host: server.host, Port: server.port, ...more });
}

const reason = (name: string): string =>
  readFileSync(join(bench.folder.path, 'badmail', `${name}.eml.reason.txt`), 'utf8');

const BUSY: SmtpReply = { code: 450, message: '4.2.1 mailbox of busy@contoso.com busy' };
const GONE: SmtpReply = { code: 550, message: '5.1.1 no such user' };

describe('A recipient', () => {
  it('that has the mail never gets it again, while the others are tried again', async () => {
    let refusals = 3;
    const sink = await startSink({
      rejectRecipient: address => (address.startsWith('busy') && refusals-- > 0 ? BUSY : undefined),
    });
    publish(
      bench.folder.path,
      'x.eml',
      iisMail('partial', ['ann@contoso.com', 'busy@contoso.com', 'bob@contoso.com']),
    );
    const app = await relay(sink);
    await app.until('sent');
    expect(sink.messages.map(message => message.envelope.to)).toEqual([
      ['ann@contoso.com', 'bob@contoso.com'],
      ['busy@contoso.com'],
    ]);
    expect(app.of('deferred').map(({ attempts, recipients }) => [attempts, recipients])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(app.of('deferred')[0]?.reason).toBe('450 4.2.1 mailbox of b***@contoso.com busy');
    expect(app.of('sent')[0]?.recipients).toBe(3);
    expect(bench.mails()).toEqual([]);
  });

  it('that has the mail does not get it again from the next relay', async () => {
    let refuse = true;
    const sink = await startSink({
      rejectRecipient: address => (address.startsWith('busy') && refuse ? BUSY : undefined),
    });
    publish(bench.folder.path, 'x.eml', iisMail('kept', ['ann@contoso.com', 'busy@contoso.com']));
    const first = await relay(sink, { retry: { firstMs: 500 } });
    await first.until('deferred');
    await first.close();
    expect(bench.mails()).toEqual(['x.eml']);
    refuse = false;
    const second = await relay(sink);
    await second.until('sent');
    expect(sink.messages.map(message => message.envelope.to)).toEqual([
      ['ann@contoso.com'],
      ['busy@contoso.com'],
    ]);
    await second.close();
    expect(readdirSync(bench.folder.path)).toEqual([]);
  });

  it('that has one mail does get another one of the same name', async () => {
    const sink = await startSink({
      rejectRecipient: address => (address.startsWith('busy') ? BUSY : undefined),
    });
    publish(bench.folder.path, 'x.eml', iisMail('first', ['ann@contoso.com', 'busy@contoso.com']));
    const first = await relay(sink, { retry: { firstMs: 200 } });
    await first.until('deferred');
    await first.close();
    publish(bench.folder.path, 'x.eml', iisMail('second', ['ann@contoso.com']));
    const second = await relay(sink);
    await second.until('sent');
    expect(await Promise.all(sink.messages.map(async message => (await message.parse()).subject))).toEqual([
      'first',
      'second',
    ]);
  });

  it('that is refused for good moves the mail to badmail, with the reason beside it', async () => {
    const sink = await startSink({
      rejectRecipient: address => (address.startsWith('gone') ? GONE : undefined),
    });
    const mail = iisMail('refused', ['ann@contoso.com', 'gone@contoso.com']);
    publish(bench.folder.path, 'x.eml', mail);
    const app = await relay(sink);
    await app.until('rejected');
    expect(sink.messages[0]?.envelope.to).toEqual(['ann@contoso.com']);
    expect(bench.mails()).toEqual([]);
    expect(bench.badmail()).toEqual(['x.eml', 'x.eml.reason.txt']);
    expect(readFileSync(join(bench.folder.path, 'badmail', 'x.eml'), 'utf8')).toBe(mail);
    expect(reason('x')).toMatch(/^Reason: +550 5\.1\.1 no such user \(gone@contoso\.com\)$/m);
    expect(app.of('rejected')[0]?.reason).toBe('550 5.1.1 no such user (g***@contoso.com)');
    expect(reason('x')).toContain('First take those who have it already out of its X-Receiver lines');
    expect(reason('x')).toMatch(/^Message-ID: <refused@contoso\.com>$/m);
    expect(reason('x')).toContain('Not delivered to:\n  gone@contoso.com: 550 5.1.1 no such user');
    expect(reason('x')).toContain('Already delivered to:\n  ann@contoso.com');
  });

  it('that is refused for good keeps the mail from badmail as long as another one may still get it', async () => {
    let refusals = 1;
    const sink = await startSink({
      rejectRecipient: address =>
        address.startsWith('gone') ? GONE : address.startsWith('busy') && refusals-- > 0 ? BUSY : undefined,
    });
    publish(bench.folder.path, 'x.eml', iisMail('both', ['gone@contoso.com', 'busy@contoso.com']));
    const app = await relay(sink);
    await app.until('rejected');
    expect(sink.messages.map(message => message.envelope.to)).toEqual([['busy@contoso.com']]);
    expect(sink.commands.filter(line => line.includes('gone@'))).toHaveLength(1);
    expect(reason('x')).toMatch(/^Tries: +2$/m);
  });
});

describe('A mail', () => {
  it('that the server refuses after the dot goes to badmail for 5xx', async () => {
    const sink = await startSink({ rejectData: () => ({ code: 554, message: '5.7.1 spam' }) });
    publish(bench.folder.path, 'x.eml', iisMail('spam'));
    const app = await relay(sink);
    await app.until('rejected');
    expect(reason('x')).toContain('554 5.7.1 spam');
  });

  it('that the server refuses for the last of its recipients is not kept for them', async () => {
    const sink = await startSink({
      rejectRecipient: address => (address.startsWith('gone') ? GONE : undefined),
      rejectData: () => ({ code: 554, message: '5.7.1 spam' }),
    });
    publish(bench.folder.path, 'x.eml', iisMail('spam', ['gone@contoso.com', 'ann@contoso.com']));
    const app = await relay(sink);
    await app.until('rejected');
    expect(reason('x')).toContain('550 5.1.1 no such user');
    expect(reason('x')).toContain('554 5.7.1 spam');
    expect(app.of('deferred')).toEqual([]);
  });

  it('is tried again after 4xx, with the same bytes', async () => {
    let refusals = 2;
    const sink = await startSink({
      rejectData: () => (refusals-- > 0 ? { code: 451, message: '4.3.0 try later' } : undefined),
    });
    publish(bench.folder.path, 'x.eml', iisMail('later'));
    const app = await relay(sink);
    await app.until('sent');
    expect(app.of('deferred')).toHaveLength(2);
    expect(sink.messages).toHaveLength(1);
  });

  it('whose reply was lost after the dot is tried again with the same Message-ID', async () => {
    const conversation = (last: ScriptStep[]): Script => [
      { send: '220 test\r\n' },
      { expect: /^EHLO/, send: '250 test\r\n' },
      { expect: /^MAIL/, send: '250 ok\r\n' },
      { expect: /^RCPT/, send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true },
      ...last,
    ];
    const server = await ScriptedSmtpServer.start(index =>
      conversation(index === 0 ? [{ reset: true }] : [{ send: '250 ok\r\n' }]),
    );
    bench.closing(server);
    publish(bench.folder.path, 'x.eml', iisMail('lost-reply'));
    const app = await relay(server);
    await app.until('sent');
    expect(app.of('deferred')).toHaveLength(1);
    const dataOf = (index: number): string =>
      server.receivedBytes(index).toString().split('DATA\r\n')[1] ?? '';
    expect(dataOf(0)).toContain('Message-ID: <lost-reply@contoso.com>');
    expect(dataOf(1)).toBe(dataOf(0));
  });

  it('that is older than the limit is given up, but not before it has been tried', async () => {
    const sink = await startSink({ rejectRecipient: () => BUSY });
    publish(bench.folder.path, 'old.eml', iisMail('old'));
    const then = new Date(Date.now() - 6 * 86_400_000);
    utimesSync(join(bench.folder.path, 'old.eml'), then, then);
    publish(bench.folder.path, 'young.eml', iisMail('young'));
    const app = await relay(sink);
    await app.until('rejected');
    await app.until('deferred');
    expect(bench.badmail()).toEqual(['old.eml', 'old.eml.reason.txt']);
    expect(reason('old')).toMatch(
      /^Reason: +Given up, because the file is older than 5 days; the last answer was: 450 .*\(ann@contoso\.com\)$/m,
    );
    expect(app.of('deferred')[0]?.file).toBe('young.eml');
  });

  it('to several recipients of whom none is left goes nowhere twice when badmail cannot be written', async () => {
    const sink = await startSink({
      rejectRecipient: address => (address.startsWith('gone') ? GONE : undefined),
    });
    const blocked = join(bench.folder.path, 'blocked');
    const app = await relay(sink, { badmailDirectory: blocked });
    // A file stands where the folder should be made.
    writeFileSync(blocked, 'x');
    publish(bench.folder.path, 'x.eml', iisMail('stuck', ['ann@contoso.com', 'gone@contoso.com']));
    await app.until('problem');
    expect(bench.mails()).toEqual(['x.eml']);
    await app.close();
    const again = await relay(sink);
    await again.until('rejected');
    expect(sink.messages).toHaveLength(1);
    expect(bench.badmail()).toEqual(['x.eml', 'x.eml.reason.txt']);
  });

  it('does not replace another one of its name in badmail', async () => {
    const sink = await startSink({ rejectRecipient: () => GONE });
    const app = await relay(sink);
    publish(bench.folder.path, 'x.eml', iisMail('one'));
    await app.until('rejected', 1);
    publish(bench.folder.path, 'x.eml', iisMail('two'));
    await app.until('rejected', 2);
    const names = bench.badmail();
    expect(names).toHaveLength(4);
    expect(names).toEqual(
      expect.arrayContaining([
        'x.eml',
        'x.eml.reason.txt',
        expect.stringMatching(/^x\.[0-9a-f]{8}\.eml$/),
        expect.stringMatching(/^x\.[0-9a-f]{8}\.eml\.reason\.txt$/),
      ]),
    );
  });
});

describe('A server that cannot be used', () => {
  it('stops the work instead of failing every mail; they go out when it is back', async () => {
    const gone = await MailSink.start();
    const { host, port } = gone;
    await gone.close();
    for (let index = 0; index < 50; index++)
      publish(bench.folder.path, `${index}.eml`, iisMail(`wait-${index}`));
    const app = await relay({ host, port }, { retry: { firstMs: 300, maxMs: 600 } });
    await app.until('paused', 2);
    expect(bench.mails().length).toBeGreaterThan(40);
    expect(await app.status()).toMatchObject({ backlog: 50, badmail: 0, sent: 0 });
    expect(app.of('deferred')).toEqual([]);
    expect(app.of('paused')[0]?.reason).toContain('ECONNREFUSED');
    expect(app.of('paused').length).toBeLessThan(10);
  });

  it('is told by status while it lasts', async () => {
    const app = await relay({ host: '127.0.0.1', port: 1 }, { retry: { firstMs: 60_000 } });
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    await app.until('paused');
    const status = await app.status();
    expect(status).toMatchObject({
      state: 'paused',
      pause: { reason: expect.stringContaining('127.0.0.1:1') },
    });
    expect(status.pause?.until.getTime()).toBeGreaterThan(Date.now() + 50_000);
  });

  it('never moves a mail to badmail: wrong credentials leave the files where they are', async () => {
    const sink = await startSink({ auth: { user: 'relay', pass: 'right-secret' }, allowInsecureAuth: true });
    publish(bench.folder.path, 'x.eml', iisMail('auth'));
    const app = await relay(sink, {}, { Username: 'relay', Password: 'wrong-secret' });
    await app.until('paused', 2);
    expect(bench.mails()).toEqual(['x.eml']);
    expect(bench.badmail()).toEqual([]);
    expect(JSON.stringify([app.events, app.logger.lines])).not.toContain('wrong-secret');
  });

  it('never moves a mail to badmail: a server that wants a login is about the settings', async () => {
    const sink = await startSink({ auth: { user: 'relay', pass: 'x' } });
    publish(bench.folder.path, 'x.eml', iisMail('530'));
    const app = await relay(sink);
    await app.until('paused');
    expect(app.of('paused')[0]?.reason).toContain('530');
    expect(bench.mails()).toEqual(['x.eml']);
    expect(bench.badmail()).toEqual([]);
  });

  it('is asked again, and the mails go out', async () => {
    const first = await MailSink.start({ auth: { user: 'a', pass: 'b' } });
    const port = first.port;
    publish(bench.folder.path, 'x.eml', iisMail('back'));
    const app = await relay(first);
    await app.until('paused');
    await first.close();
    const server = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], closeTimeout: 1 });
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    bench.closing({ close: () => new Promise(resolve => server.close(() => resolve())) });
    await app.until('sent');
    expect(app.of('resumed')).toHaveLength(1);
    expect(bench.mails()).toEqual([]);
  });

  it('does not keep old mails for ever: they are given up by their age', async () => {
    publish(bench.folder.path, 'old.eml', iisMail('old'));
    publish(bench.folder.path, 'older.eml', iisMail('older'));
    publish(bench.folder.path, 'young.eml', iisMail('young'));
    const then = new Date(Date.now() - 6 * 86_400_000);
    for (const name of ['old.eml', 'older.eml']) utimesSync(join(bench.folder.path, name), then, then);
    const app = await relay({ host: '127.0.0.1', port: 1 }, { concurrency: 1, retry: { firstMs: 60_000 } });
    await app.until('rejected', 2);
    expect(bench.badmail().filter(name => name.endsWith('.eml'))).toEqual(['old.eml', 'older.eml']);
    expect(reason('older')).toContain('Given up, because the file is older than 5 days; ');
    expect(bench.mails()).toEqual(['young.eml']);
  });
});
