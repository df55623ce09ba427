import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailMessage } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { assertWellFormedMail, headerLines, headersOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

let folder: TemporaryDirectory;
const bench = useMailBench();
beforeEach(() => {
  folder = bench.folder();
});

async function start(more: object = {}): Promise<MailApp> {
  return bench.app(
    {
      FromAddress: 'Identity <no-reply@contoso.com>',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      ...more,
    },
    { shutdownTimeoutMs: 300 },
  );
}

const MESSAGE = {
  to: 'Ann <ann@contoso.com>',
  cc: 'bob@contoso.com',
  bcc: ['eve@contoso.com', 'ann@contoso.com'],
  subject: 'Hello',
  text: '.dot\nline',
  html: '<p>.dot</p>',
};

describe.each<[string, () => Pick<MailMessage, 'attachments'>]>([
  ['in memory', () => ({})],
  [
    'with a stream attached',
    () => ({ attachments: [{ filename: 'a.bin', content: Readable.from([Buffer.alloc(90_000, '\n.')]) }] }),
  ],
])('A pickup file of a message %s', (_path, attached) => {
  it('begins in the Iis dialect with the envelope, each recipient once, and has no trace of Bcc', async () => {
    const app = await start();
    const { file = '' } = await app.mail.send({ ...MESSAGE, ...attached() });
    const bytes = readFileSync(file);
    expect(headerLines(bytes).slice(0, 5)).toEqual([
      { name: 'X-Sender', value: 'no-reply@contoso.com' },
      { name: 'X-Receiver', value: 'ann@contoso.com' },
      { name: 'X-Receiver', value: 'bob@contoso.com' },
      { name: 'X-Receiver', value: 'eve@contoso.com' },
      { name: 'From', value: 'Identity <no-reply@contoso.com>' },
    ]);
    expect(headersOf(bytes, 'Bcc')).toEqual([]);
    assertWellFormedMail(bytes);
  });

  it('carries blind recipients in a Bcc header in the Exchange dialect, and no envelope headers', async () => {
    const app = await start({ PickupFormat: 'exchange' });
    const { file = '' } = await app.mail.send({ ...MESSAGE, ...attached() });
    const bytes = readFileSync(file);
    expect(headersOf(bytes, 'Bcc')).toEqual(['eve@contoso.com']);
    expect(headersOf(bytes, 'X-Sender')).toEqual([]);
    expect(headersOf(bytes, 'X-Receiver')).toEqual([]);
    const parsed = await simpleParser(bytes);
    expect(parsed.subject).toBe('Hello');
    assertWellFormedMail(bytes);
  });

  it('is refused for Exchange before it is written when it has more than 100 recipients or too large a header', async () => {
    const app = await start({ PickupFormat: 'Exchange', MaxRecipients: 500 });
    const many = Array.from({ length: 101 }, (_, index) => `user${index}@contoso.com`);
    expect(await rejection(app.mail.send({ to: many, text: 't', ...attached() }))).toMatchObject({
      phase: 'write',
      retryable: false,
      message: expect.stringContaining('101 recipients'),
    });
    const headers = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`X-Long-${index}`, 'word '.repeat(150).trim()]),
    );
    expect(
      await rejection(app.mail.send({ to: 'ann@contoso.com', text: 't', headers, ...attached() })),
    ).toMatchObject({
      phase: 'write',
      retryable: false,
      message: expect.stringContaining('header'),
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe('A pickup file', () => {
  it('is one .eml with a random name, named in the receipt, and nothing else stays in the folder', async () => {
    const app = await start();
    const receipt = await app.mail.send(MESSAGE);
    const names = readdirSync(folder.path);
    expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.eml$/)]);
    expect(receipt).toMatchObject({
      status: 'written',
      via: 'pickup',
      file: join(folder.path, names[0] ?? ''),
      accepted: ['ann@contoso.com', 'bob@contoso.com', 'eve@contoso.com'],
    });
  });

  it.each([
    [undefined, 0o640],
    ['0600', 0o600],
    ['0664', 0o664],
  ])('has the mode that PickupFileMode %s says, whatever the umask', async (PickupFileMode, mode) => {
    const umask = process.umask(0o077);
    try {
      const app = await start(PickupFileMode === undefined ? {} : { PickupFileMode });
      const { file = '' } = await app.mail.send(MESSAGE);
      expect(statSync(file).mode & 0o777).toBe(mode);
    } finally {
      process.umask(umask);
    }
  });

  it('may come from a message’s own author when the settings name no FromAddress', async () => {
    const app = await start({ FromAddress: '' });
    const receipt = await app.mail.send({ ...MESSAGE, from: 'own@contoso.com' });
    expect(receipt.envelope.from).toBe('own@contoso.com');
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ code: 'EMAILADDRESS', field: 'from' });
  });

  it('holds a 20 MB attachment unharmed', async () => {
    const app = await start();
    const content = Buffer.alloc(20 * 1024 * 1024);
    for (let index = 0; index < content.length; index += 4)
      content.writeUInt32LE((index * 2_654_435_761) >>> 0, index);
    const { file = '' } = await app.mail.send({
      ...MESSAGE,
      attachments: [{ filename: 'big.bin', content }],
    });
    const parsed = await simpleParser(readFileSync(file));
    expect(parsed.attachments[0]?.content.equals(content)).toBe(true);
  });
});

describe('A pickup directory that fails', () => {
  it('leaves nothing behind when the send is aborted while the file is written', async () => {
    const app = await start();
    const controller = new AbortController();
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.alloc(100_000, 1);
          await new Promise(resolve => setTimeout(resolve, 5));
        }
      })(),
    );
    const sending = rejection(
      app.mail.send(
        { ...MESSAGE, attachments: [{ filename: 'endless.bin', content: endless }] },
        { signal: controller.signal },
      ),
    );
    await until(() => readdirSync(folder.path).length > 0);
    controller.abort();
    const error = await sending;
    expect(error).toMatchObject({ code: 'EMAILABORTED', phase: 'write', retryable: true });
    expect(readdirSync(folder.path)).toEqual([]);
    expect(endless.destroyed).toBe(true);
  });

  it('is not held by an attachment that stalls: the send ends, nothing stays, the application closes', async () => {
    const app = await start();
    const stalled = new Readable({ read() {} });
    const sending = rejection(
      app.mail.send(
        { ...MESSAGE, attachments: [{ filename: 'x.bin', content: stalled }] },
        { timeoutMs: 100 },
      ),
    );
    expect(await sending).toMatchObject({
      code: 'EMAILTIMEOUT',
      phase: 'write',
      retryable: true,
      message: expect.stringContaining('100 ms'),
    });
    expect(readdirSync(folder.path)).toEqual([]);
    const second = rejection(
      app.mail.send({
        ...MESSAGE,
        attachments: [{ filename: 'x.bin', content: new Readable({ read() {} }) }],
      }),
    );
    await until(() => readdirSync(folder.path).length === 1);
    await app.close();
    expect(await second).toMatchObject({ code: 'EMAILCLOSED', phase: 'write', retryable: true });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('says that it is gone and works again when it is back', async () => {
    const app = await start();
    folder.remove();
    const error = await rejection(app.mail.send(MESSAGE));
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({
      code: 'EMAILWRITE',
      phase: 'write',
      retryable: true,
      message: expect.stringMatching(/PickupDirectory.*ENOENT.*Nothing was left behind\.$/s),
    });
    expect(await rejection(app.mail.verify())).toMatchObject({
      code: 'EMAILWRITE',
      message: expect.stringContaining('does not exist'),
    });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder.path);
    expect((await app.mail.send(MESSAGE)).status).toBe('written');
  });

  it('stops the start, and the send, of a user who may not write there', async () => {
    chmodSync(folder.path, 0o755);
    // Root may write everywhere, so the check runs as another user.
    const script = `
      const { setgid, setgroups, setuid } = process;
      if (process.getuid() === 0) { setgroups([]); setgid(65534); setuid(65534); }
      const { MailModule } = await import('nest-mailroom');
      await import('reflect-metadata');
      const { NestFactory } = await import('@nestjs/core');
      const root = { module: class Root {}, imports: [MailModule.forRoot({ FromAddress: 'a@contoso.com', UseSpecifiedPickupDirectory: true, PickupDirectory: ${JSON.stringify(folder.path)} })] };
      await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }).then(() => console.log('started'), error => console.log(JSON.stringify(error.problems)));
    `;
    if (process.getuid?.() !== 0) chmodSync(folder.path, 0o555);
    const { stdout } = await runNode(['--input-type=module', '-e', script], { cwd: process.cwd() });
    expect(JSON.parse(stdout)).toEqual([
      {
        key: 'PickupDirectory',
        message: expect.stringContaining('cannot be written by this process (EACCES)'),
      },
    ]);
    chmodSync(folder.path, 0o755);
  });
});

describe('Temporary files of writers that died', () => {
  const leftover = '.0f0e0d0c-0b0a-4908-8706-050403020100.mailroom';

  it('are swept at start when they are older than a day, and finished or foreign files are not touched', async () => {
    const old = new Date(Date.now() - 25 * 3600 * 1000);
    for (const name of [
      leftover,
      'finished.eml',
      '.foreign.part',
      '.0f0e0d0c-0b0a-4908-8706-050403020101.mailroom',
    ])
      writeFileSync(join(folder.path, name), 'x');
    for (const name of [leftover, 'finished.eml', '.foreign.part'])
      utimesSync(join(folder.path, name), old, old);
    symlinkSync(
      join(folder.path, 'finished.eml'),
      join(folder.path, '.0f0e0d0c-0b0a-4908-8706-050403020102.mailroom'),
    );
    await start();
    expect(readdirSync(folder.path).toSorted()).toEqual(
      [
        '.0f0e0d0c-0b0a-4908-8706-050403020101.mailroom',
        '.0f0e0d0c-0b0a-4908-8706-050403020102.mailroom',
        '.foreign.part',
        'finished.eml',
      ].toSorted(),
    );
  });
});

describe('Several writers in one folder', () => {
  it('lose and overwrite nothing', async () => {
    const first = await start();
    const second = await start();
    const sends = Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? first : second).mail.send({ ...MESSAGE, subject: `mail ${index}` }),
    );
    const receipts = await Promise.all(sends);
    expect(new Set(receipts.map(receipt => receipt.file)).size).toBe(200);
    const subjects = readdirSync(folder.path).map(
      name => headersOf(readFileSync(join(folder.path, name)), 'Subject')[0],
    );
    expect(subjects.toSorted()).toEqual(
      Array.from({ length: 200 }, (_, index) => `mail ${index}`).toSorted(),
    );
  });

  it('never show a reader half a file', async () => {
    const app = await start();
    const content = Buffer.alloc(2 * 1024 * 1024, 7);
    const stop = new AbortController();
    const torn: string[] = [];
    let read = 0;
    const reader = (async () => {
      while (!stop.signal.aborted) {
        for (const name of readdirSync(folder.path).filter(entry => entry.endsWith('.eml'))) {
          const bytes = readFileSync(join(folder.path, name));
          read++;
          if (
            !bytes
              .toString('latin1', bytes.length - 200)
              .trimEnd()
              .endsWith('--')
          )
            torn.push(name);
        }
        await new Promise(resolve => setTimeout(resolve, 1));
      }
    })();
    await Promise.all(
      Array.from({ length: 10 }, () =>
        app.mail.send({ ...MESSAGE, attachments: [{ filename: 'x.bin', content }] }),
      ),
    );
    stop.abort();
    await reader;
    expect(read).toBeGreaterThan(0);
    expect(torn).toEqual([]);
  });
});
