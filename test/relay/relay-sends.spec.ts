import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startMailApp } from '../support/mail-app.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish, travelling } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench();

describe('A relay', () => {
  it.each(['Iis', 'Exchange'])(
    'sends what the module has written in the dialect %s, and removes the file',
    async PickupFormat => {
      const writer = await startMailApp({
        FromAddress: 'Identity <no-reply@contoso.com>',
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: bench.folder.path,
        PickupFormat,
      });
      bench.closing(writer);
      const receipt = await writer.mail.send({
        to: 'Ann <ann@contoso.com>',
        cc: 'bob@contoso.com',
        bcc: 'eve@contoso.com',
        subject: 'Hello',
        text: '.dot\nline',
      });
      const written = readFileSync(receipt.file ?? '', 'utf8');
      const app = await bench.relay();
      await app.until('sent');
      expect(bench.sink.messages[0]?.envelope).toEqual({
        from: 'no-reply@contoso.com',
        to: ['ann@contoso.com', 'bob@contoso.com', 'eve@contoso.com'],
      });
      expect(bench.sink.messages[0]?.raw.toString()).toBe(
        written.replace(/^(?:X-Sender|X-Receiver|Bcc): .*\r\n/gm, ''),
      );
      expect(app.of('sent')).toEqual([
        { type: 'sent', file: expect.stringMatching(/\.eml$/), messageId: receipt.messageId, recipients: 3 },
      ]);
      expect(bench.mails()).toEqual([]);
    },
  );

  it('takes a file that is put there while it runs, without waiting for the next poll', async () => {
    const app = await bench.relay({ pollMs: 60_000 });
    publish(bench.folder.path, 'later.eml', iisMail('later'));
    await app.until('sent');
    expect(bench.sink.messages[0]?.raw.toString()).toBe(travelling(iisMail('later')));
  });

  it('finds by polling what no event tells of, as after the folder was made anew', async () => {
    const app = await bench.relay({ pollMs: 50, leaseMs: 600 });
    rmSync(bench.folder.path, { recursive: true });
    mkdirSync(bench.folder.path);
    for (let index = 0; index < 5; index++)
      publish(bench.folder.path, `${index}.eml`, iisMail(`poll-${index}`));
    await app.until('sent', 5);
    expect(bench.sink.messages).toHaveLength(5);
  });

  it('sends the oldest file first', async () => {
    for (const [name, age] of [
      ['a', 10],
      ['b', 30],
      ['c', 20],
    ] as const) {
      publish(bench.folder.path, `${name}.eml`, iisMail(name));
      const then = new Date(Date.now() - age * 60_000);
      utimesSync(join(bench.folder.path, `${name}.eml`), then, then);
    }
    const app = await bench.relay({ concurrency: 1 });
    await app.until('sent', 3);
    expect(app.of('sent').map(event => event.file)).toEqual(['b.eml', 'c.eml', 'a.eml']);
  });

  it('sends the bytes as they are: long lines, 8-bit text, dots, binary parts; it declares 8BITMIME', async () => {
    const head =
      'X-Sender: a@contoso.com\r\nX-Receiver: ann@contoso.com\r\nFrom: a@contoso.com\r\nSubject: Grüße\r\n\r\n';
    const body = Buffer.concat([
      Buffer.from(`..two\r\n.one\r\n.\r\nGrüße ${'x'.repeat(5000)}\r\n`),
      Buffer.from([0x80, 0xff, 0x00, 0x0d, 0x0a]),
    ]);
    publish(bench.folder.path, 'odd.eml', Buffer.concat([Buffer.from(head), body]));
    const app = await bench.relay();
    await app.until('sent');
    expect(bench.sink.messages[0]?.raw).toEqual(
      Buffer.concat([Buffer.from('From: a@contoso.com\r\nSubject: Grüße\r\n\r\n'), body]),
    );
    expect(bench.sink.commands.find(line => line.startsWith('MAIL FROM'))).toContain('BODY=8BITMIME');
  });

  it('makes every line end CRLF, as SMTP demands', async () => {
    publish(
      bench.folder.path,
      'unix.eml',
      'From: a@contoso.com\nTo: ann@contoso.com\nBcc: eve@contoso.com\nSubject: x\n\none\ntwo',
    );
    const app = await bench.relay();
    await app.until('sent');
    expect(bench.sink.messages[0]?.raw.toString()).toBe(
      'From: a@contoso.com\r\nTo: ann@contoso.com\r\nSubject: x\r\n\r\none\r\ntwo\r\n',
    );
    expect(bench.sink.messages[0]?.envelope.to).toEqual(['ann@contoso.com', 'eve@contoso.com']);
  });

  it('undoes doubled dots when it is told that the writer doubles them, and only then', async () => {
    const stuffed = iisMail('dots', ['ann@contoso.com'], 'x\r\n..a\r\n....\r\n..\r\n');
    publish(bench.folder.path, 'dots.eml', stuffed);
    const app = await bench.relay({ undoDotStuffing: true });
    await app.until('sent');
    expect(bench.sink.messages[0]?.raw.toString()).toBe(
      travelling(iisMail('dots', ['ann@contoso.com'], 'x\r\n.a\r\n...\r\n.\r\n')),
    );
  });

  it('streams a large file', async () => {
    const body = `${'0123456789abcdef'.repeat(4)}\r\n`.repeat(150_000);
    publish(bench.folder.path, 'large.eml', iisMail('large', ['ann@contoso.com'], body));
    const app = await bench.relay();
    await app.until('sent');
    expect(
      bench.sink.messages[0]?.raw.equals(
        Buffer.from(travelling(iisMail('large', ['ann@contoso.com'], body))),
      ),
    ).toBe(true);
  });

  it('sends with the null reverse-path when X-Sender is empty', async () => {
    publish(
      bench.folder.path,
      'bounce.eml',
      iisMail('bounce').replace('X-Sender: no-reply@contoso.com', 'X-Sender: <>'),
    );
    const app = await bench.relay();
    await app.until('sent');
    expect(bench.sink.messages[0]?.envelope.from).toBe('');
  });

  it('works with the whole appsettings.json of the Agent, and with a folder of its own choice', async () => {
    const other = join(bench.folder.path, 'other');
    mkdirSync(other);
    publish(other, 'x.eml', iisMail('agent'));
    const app = await bench.relay({
      directory: other,
      settings: {
        PasswordResetSettings: {
          MailSettings: {
            FromAddress: 'no-reply@contoso.com',
            UseSpecifiedPickupDirectory: true,
            PickupDirectory: bench.folder.path,
            Host: bench.sink.host,
            Port: String(bench.sink.port),
          },
        },
      },
    });
    await app.until('sent');
    expect(bench.sink.messages).toHaveLength(1);
  });

  it('logs in and encrypts as the module does', async () => {
    const secure = await MailSink.start({
      tls: 'starttls',
      auth: { user: 'relay', pass: 'secret-of-relay' },
    });
    bench.closing(secure);
    publish(bench.folder.path, 'x.eml', iisMail('secure'));
    const app = await bench.relay(
      { smtp: { tls: { rejectUnauthorized: false } } },
      { Port: secure.port, Username: 'relay', Password: 'secret-of-relay', SecureSocketOption: 'StartTls' },
    );
    await app.until('sent');
    expect(secure.messages[0]).toMatchObject({ secure: true, user: 'relay' });
    expect(JSON.stringify([app.events, app.logger.lines])).not.toContain('secret-of-relay');
  });

  it('empties a folder that is reached through a symbolic link', async () => {
    const link = `${bench.folder.path}-link`;
    symlinkSync(bench.folder.path, link);
    try {
      publish(bench.folder.path, 'x.eml', iisMail('link'));
      const app = await bench.relay({ directory: link });
      await app.until('sent');
      expect(bench.sink.messages).toHaveLength(1);
    } finally {
      unlinkSync(link);
    }
  });

  it('leaves other files of the folder alone, and nothing of its own behind when it ends', async () => {
    for (const name of ['readme.txt', '.hidden.eml', 'x.eml.part', 'y.tmp'])
      writeFileSync(join(bench.folder.path, name), iisMail('no'));
    publish(bench.folder.path, 'x.EML', iisMail('upper'));
    const app = await bench.relay();
    await app.until('sent');
    await app.close();
    expect(readdirSync(bench.folder.path).toSorted()).toEqual([
      '.hidden.eml',
      'readme.txt',
      'x.eml.part',
      'y.tmp',
    ]);
    expect(bench.sink.messages).toHaveLength(1);
  });
});

describe('The recipient policy of the settings', () => {
  it('Enabled=false: nothing is taken and nothing connects', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('off'));
    const app = await bench.relay({}, { Enabled: 'false' });
    await app.until('problem');
    expect(await app.status()).toMatchObject({ state: 'disabled', backlog: 1 });
    expect(bench.sink.connections).toBe(0);
    expect(bench.mails()).toEqual(['x.eml']);
  });

  it('CatchAllAddress and CatchAllCCAddress get everything instead of the recipients', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('caught', ['ann@contoso.com', 'bob@contoso.com']));
    const app = await bench.relay(
      {},
      { CatchAllAddress: 'test@contoso.com', CatchAllCCAddress: 'copy@contoso.com' },
    );
    await app.until('sent');
    expect(bench.sink.messages[0]?.envelope.to).toEqual(['test@contoso.com', 'copy@contoso.com']);
    expect(bench.mails()).toEqual([]);
  });

  it('AllowedDomains: others do not get it, and the file says so in badmail', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('domains', ['ann@contoso.com', 'eve@elsewhere.com']));
    const app = await bench.relay({}, { AllowedDomains: 'contoso.com' });
    await app.until('rejected');
    expect(bench.sink.messages[0]?.envelope.to).toEqual(['ann@contoso.com']);
    const reason = readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8');
    expect(reason).toContain('eve@elsewhere.com: the setting AllowedDomains does not allow its domain');
    expect(reason).toContain('Already delivered to:\n  ann@contoso.com');
  });

  it('AllowedDomains: nor does an address that the server may route elsewhere', async () => {
    const receivers = ['ann@contoso.com', 'eve%evil.example@contoso.com', 'evil.example!eve@contoso.com'];
    publish(bench.folder.path, 'x.eml', iisMail('routed', receivers));
    const app = await bench.relay({}, { AllowedDomains: 'contoso.com' });
    await app.until('rejected');
    expect(bench.sink.messages[0]?.envelope.to).toEqual(['ann@contoso.com']);
    const reason = readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8');
    for (const receiver of receivers.slice(1))
      expect(reason).toMatch(new RegExp(`^  ${receiver}: .*can be routed elsewhere`, 'm'));
  });

  it('MaxRecipients is not the relay’s business: the writer has decided', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `user${index}@contoso.com`);
    publish(bench.folder.path, 'x.eml', iisMail('many', many));
    const app = await bench.relay({}, { MaxRecipients: 5 });
    await app.until('sent');
    expect(bench.sink.messages[0]?.envelope.to).toEqual(many);
  });
});
