import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import { runNode } from '../support/run-script.js';

const bench = useRelayBench({ pollMs: 50 });

describe('A file that is no mail', () => {
  it.each([
    ['empty', '', 'It is empty.'],
    ['text', 'Dear Ann,\nhow are you?\n', 'It is no mail: its first line is no header field.'],
    ['binary', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 37) % 256)), 'It is no mail'],
    ['zeros', Buffer.alloc(10_000), 'It is no mail'],
    ['no From', 'To: ann@contoso.com\r\nSubject: x\r\n\r\nx', 'It names no sender'],
    ['no recipient', 'From: a@contoso.com\r\nSubject: x\r\n\r\nx', 'It names no recipient'],
    [
      'a bad recipient',
      'From: a@contoso.com\r\nTo: a..b@contoso.com\r\n\r\nx',
      'It has no recipient that mail can be sent to',
    ],
    [
      'two megabytes of header',
      `From: a@contoso.com\r\n${'X-Long: xxxxxxxxxxxxxxxx\r\n'.repeat(90_000)}\r\n`,
      'its header does not end within 1 MiB',
    ],
    [
      'a name without an end in sight',
      `From: a@contoso.com\r\nTo: "${'\\"'.repeat(500_000)}" <b@contoso.com>\r\n\r\nx`,
      'Its To header is larger than 64 KiB',
    ],
    [
      'a crowd of receivers',
      `X-Sender: a@contoso.com\r\n${'X-Receiver: a@contoso.com\r\n'.repeat(50_001)}From: a@contoso.com\r\n\r\nx`,
      'It names more than 50,000 recipients',
    ],
  ])('goes to badmail with its reason: %s', async (_what, content, reason) => {
    publish(bench.folder.path, 'bad.eml', content);
    const app = await bench.relay();
    await app.until('rejected');
    expect(bench.badmail()).toEqual(['bad.eml', 'bad.eml.reason.txt']);
    // Not toEqual: it looks at megabytes octet by octet.
    const kept = readFileSync(join(bench.folder.path, 'badmail', 'bad.eml'));
    expect(kept.equals(Buffer.from(content))).toBe(true);
    expect(readFileSync(join(bench.folder.path, 'badmail', 'bad.eml.reason.txt'), 'utf8')).toContain(reason);
    expect(bench.sink.connections).toBe(0);
    expect(app.of('rejected')).toHaveLength(1);
  });

  it('goes to badmail also with a gigabyte of header, without being read', async () => {
    const file = openSync(join(bench.folder.path, '.giant'), 'w');
    writeSync(file, 'From: a@contoso.com\r\nX-Long: ');
    ftruncateSync(file, 1024 ** 3);
    closeSync(file);
    const before = process.memoryUsage.rss();
    renameSync(join(bench.folder.path, '.giant'), join(bench.folder.path, 'giant.eml'));
    const app = await bench.relay();
    await app.until('rejected');
    expect(app.of('rejected')[0]?.reason).toContain('its header does not end within 1 MiB');
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('does not keep the others from being sent', async () => {
    publish(bench.folder.path, 'bad.eml', 'no mail');
    publish(bench.folder.path, 'good.eml', iisMail('good'));
    const app = await bench.relay();
    await app.until('sent');
    await app.until('rejected');
    expect(bench.sink.messages).toHaveLength(1);
  });
});

describe('A recipient behind a source route', () => {
  it('gets the mail, whichever field names it', async () => {
    publish(
      bench.folder.path,
      'x.eml',
      'From: <@x.example:a@contoso.com>\r\nTo: <@a.example:ann@contoso.com>\r\nBcc: <@a.example,@b.example:bob@contoso.com>\r\n\r\nx',
    );
    const app = await bench.relay();
    await app.until('sent');
    expect(bench.sink.messages[0]?.envelope).toEqual({
      from: 'a@contoso.com',
      to: ['ann@contoso.com', 'bob@contoso.com'],
    });
  });
});

describe('A recipient that is no address', () => {
  it('is named in badmail, and the others get the mail', async () => {
    publish(
      bench.folder.path,
      'x.eml',
      'From: a@contoso.com\r\nTo: ann@contoso.com, not an address\r\n\r\nx',
    );
    const app = await bench.relay();
    await app.until('rejected');
    expect(bench.sink.messages[0]?.envelope.to).toEqual(['ann@contoso.com']);
    expect(readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8')).toContain(
      'not an address: has no "@"',
    );
  });

  it('cannot put commands into the conversation', async () => {
    publish(
      bench.folder.path,
      'x.eml',
      'X-Sender: a@contoso.com\nX-Receiver: <ann@contoso.com>\\r\\nRCPT TO:<eve@contoso.com>\nX-Receiver: bob@contoso.com\nFrom: a@contoso.com\n\nx',
    );
    const app = await bench.relay();
    await app.until('rejected');
    expect(bench.sink.commands.filter(line => line.startsWith('RCPT'))).not.toContain(
      'RCPT TO:<eve@contoso.com>',
    );
    expect(bench.sink.messages.flatMap(message => message.envelope.to)).toContain('bob@contoso.com');
  });
});

describe('An entry that is no file', () => {
  it('named like a mail is told once and left: a directory, a symbolic link, a pipe', async () => {
    mkdirSync(join(bench.folder.path, 'dir.eml'));
    bench.folder.write('target.txt', iisMail('through a link'));
    symlinkSync(join(bench.folder.path, 'target.txt'), join(bench.folder.path, 'link.eml'));
    symlinkSync('/does/not/exist', join(bench.folder.path, 'broken.eml'));
    execFileSync('mkfifo', [join(bench.folder.path, 'pipe.eml')]);
    const app = await bench.relay();
    await app.until('left', 4);
    await delay(300);
    expect(
      app
        .of('left')
        .map(({ file, reason }) => `${file} ${reason}`)
        .toSorted(),
    ).toEqual([
      'broken.eml is a symbolic link, which is never followed',
      'dir.eml is a directory',
      'link.eml is a symbolic link, which is never followed',
      'pipe.eml is no regular file',
    ]);
    expect(readdirSync(bench.folder.path)).toEqual(
      expect.arrayContaining(['dir.eml', 'link.eml', 'broken.eml', 'pipe.eml']),
    );
    expect(bench.sink.messages).toEqual([]);
    expect(await app.status()).toMatchObject({ backlog: 0 });
  });

  it('becomes a mail when a file takes its place', async () => {
    mkdirSync(join(bench.folder.path, 'x.eml'));
    const app = await bench.relay();
    await app.until('left');
    renameSync(join(bench.folder.path, 'x.eml'), join(bench.folder.path, 'moved'));
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    await app.until('sent');
    expect(bench.sink.messages).toHaveLength(1);
  });
});

describe('A name', () => {
  it.each([
    'two\nlines.eml',
    'tab\t and space .eml',
    '%s${PATH}`id`.eml',
    'Grüße 邮件.eml',
    `${'x'.repeat(251)}.eml`,
    '-rf.eml',
  ])('like %j is sent like any other, and safe in what is told', async name => {
    publish(bench.folder.path, name, iisMail('odd'));
    const app = await bench.relay();
    await app.until('sent');
    expect(bench.sink.messages).toHaveLength(1);
    expect(app.of('sent')[0]?.file).not.toMatch(/[\n\t]/);
  });

  it.each(['two\nlines.eml', `${'x'.repeat(251)}.eml`])('like %j gets to badmail too', async name => {
    publish(bench.folder.path, name, 'no mail');
    const app = await bench.relay();
    await app.until('rejected');
    expect(bench.badmail()).toHaveLength(2);
    expect(existsSync(join(bench.folder.path, 'badmail', name))).toBe(true);
  });

  it('that is not UTF-8 is told once and left', async () => {
    const path = Buffer.concat([
      Buffer.from(`${bench.folder.path}/`),
      Buffer.from([0x66, 0xff]),
      Buffer.from('.eml'),
    ]);
    closeSync(openSync(path, 'w'));
    const app = await bench.relay();
    await app.until('left');
    await delay(200);
    expect(app.of('left')).toEqual([
      { type: 'left', file: 'f\uFFFD.eml', reason: 'has a name that is not UTF-8' },
    ]);
  });
});

describe('A file that the relay may not read', () => {
  it('is told once and left, and sent when it can be read', async () => {
    // Root may read everything, so the relay runs as another user.
    chmodSync(bench.folder.path, 0o777);
    publish(bench.folder.path, 'x.eml', iisMail('secret'));
    chmodSync(join(bench.folder.path, 'x.eml'), 0o600);
    const script = `
      if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }
      await import('reflect-metadata');
      const { NestFactory } = await import('@nestjs/core');
      const { MailRelayModule } = await import('nest-mailroom/relay');
      const settings = { Host: '127.0.0.1', Port: ${bench.sink.port}, PickupDirectory: ${JSON.stringify(bench.folder.path)} };
      const root = { module: class Root {}, imports: [MailRelayModule.forRoot({ settings, pollMs: 50, onEvent: event => console.log(JSON.stringify(event)) })] };
      const app = await NestFactory.createApplicationContext(root, { logger: false });
      process.on('SIGTERM', () => app.close());
    `;
    let told = '';
    const { code } = await runNode(['--input-type=module', '-e', script], {
      cwd: process.cwd(),
      onStart: child =>
        child.stdout?.on('data', (text: string) => {
          told += text;
          if (text.includes('"left"'))
            setTimeout(() => chmodSync(join(bench.folder.path, 'x.eml'), 0o644), 300);
          if (text.includes('"sent"')) child.kill('SIGTERM');
        }),
    });
    expect(code).toBe(0);
    expect(told.match(/"left"/g)).toHaveLength(1);
    expect(told).toContain('cannot be read (EACCES)');
    expect(bench.sink.messages).toHaveLength(1);
  });
});
