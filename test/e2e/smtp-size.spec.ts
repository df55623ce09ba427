import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const bench = useMailBench();

async function against(server: { host: string; port: number; close(): Promise<void> }): Promise<MailApp> {
  bench.closing(server);
  return bench.app({
    Host: server.host,
    Port: server.port,
    FromAddress: 'no-reply@contoso.com',
    MaxConnections: 1,
  });
}

const LARGE = { subject: 's', to: 'ann@contoso.com', text: 'x'.repeat(50_000) };
const TAKEN: Script = [
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 taken\r\n' },
  { expect: 'QUIT', send: '221 bye\r\n' },
  { close: true },
];
const greeting = (offer: string): Script => [
  { send: '220 hi\r\n' },
  { expect: /^EHLO/, send: `250-hi\r\n250 ${offer}\r\n` },
];

describe('A message of known size that is larger than the server takes', () => {
  it('is refused before anything of it is sent, with both sizes', async () => {
    const sink = await MailSink.start({ size: 20_000 });
    const app = await against(sink);
    const error = await rejection(app.mail.send(LARGE));
    expect(error).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      messageId: expect.stringMatching(/^<.+>$/),
      transcript: [],
    });
    const [, size, limit] = /has (\d+) octets, and the server takes (\d+)/.exec(String(error)) ?? [];
    expect(Number(size)).toBeGreaterThan(50_000);
    expect(limit).toBe('20000');
    expect(sink.commands.filter(command => /^(?:MAIL|RCPT|DATA|RSET)/.test(command))).toEqual([]);
    // The connection is as good as before.
    expect((await app.mail.send({ ...LARGE, text: 'small' })).status).toBe('accepted');
    expect(sink.connections).toBe(1);
  });

  it('and whose server says so only at MAIL is refused there', async () => {
    const server = await ScriptedSmtpServer.start([
      ...greeting('SIZE'),
      { expect: /^MAIL FROM:<no-reply@contoso\.com> SIZE=5\d{4}$/, send: '552 5.3.4 too big\r\n' },
      { expect: 'RSET', send: '250 ok\r\n' },
    ]);
    const app = await against(server);
    expect(await rejection(app.mail.send(LARGE))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      responseCode: 552,
      enhancedCode: '5.3.4',
    });
  });
});

describe('A server that gives no limit', () => {
  it.each(['SIZE', 'SIZE 0', 'SIZE unlimited', 'XSIZE 10', 'MAX-SIZE 10', 'SIZE 99999999999999999999'])(
    'by saying %s gets a large message',
    async offer => {
      const server = await ScriptedSmtpServer.start([...greeting(offer), ...TAKEN]);
      const app = await against(server);
      expect(await app.mail.send(LARGE)).toMatchObject({ status: 'accepted', response: '250 taken' });
    },
  );
});

describe('A message whose size is not known before it is read', () => {
  const streamed = (): object => ({
    ...LARGE,
    attachments: [{ filename: 'x.bin', content: Readable.from([Buffer.alloc(300_000, 1)]) }],
  });

  it('is refused by the server after its end', async () => {
    const sink = await MailSink.start({ size: 20_000 });
    const app = await against(sink);
    expect(await rejection(app.mail.send({ ...LARGE, ...streamed() }))).toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable: false,
      responseCode: 552,
    });
    expect(sink.commands.find(command => command.startsWith('MAIL'))).not.toContain('SIZE=');
    expect((await app.mail.send({ ...LARGE, text: 'small' })).status).toBe('accepted');
  });

  it('is refused by the server before its end, and no byte of it becomes part of the next one', async () => {
    let fails = true;
    const server = await ScriptedSmtpServer.start(() => [
      ...greeting('SIZE 20000'),
      ...(fails
        ? [
            ...TAKEN.slice(0, 3),
            { expect: /./ },
            { send: '552 5.3.4 too big\r\n' },
            { silence: true } as const,
          ]
        : TAKEN),
    ]);
    const app = await against(server);
    expect(
      await rejection(app.mail.send({ ...LARGE, attachments: [{ filename: 'x.bin', content: slowly() }] })),
    ).toMatchObject({
      phase: 'data',
      retryable: false,
      responseCode: 552,
      enhancedCode: '5.3.4',
    });
    fails = false;
    expect((await app.mail.send({ ...LARGE, text: 'small' })).response).toBe('250 taken');
  });
});

function slowly(): Readable {
  return Readable.from(
    (async function* () {
      for (let chunk = 0; chunk < 100; chunk++) {
        yield Buffer.alloc(5000, 1);
        await delay(10);
      }
    })(),
  );
}
