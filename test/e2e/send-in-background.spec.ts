import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { MailMessage, MailModuleOptions, SendOptions } from 'nest-mailroom';
import { MailHook } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { closedGate } from '../support/gate.js';
import { useMailBench } from '../support/mail-bench.js';
import { RecordingLogger } from '../support/recording-logger.js';

const bench = useMailBench();
const MAIL = { to: 'ann@example.com', subject: 's', text: 'x' };

/** An application whose hook and log tell what they hear. */
async function start(port?: number, options: MailModuleOptions = {}) {
  const logger = new RecordingLogger();
  const failures: unknown[] = [];
  class Told extends MailHook {
    override onFailure(error: unknown): void {
      failures.push(error);
    }
  }
  const app = await bench.app(
    { Host: '127.0.0.1', Port: port ?? (await bench.unusedPort()), FromAddress: 'a@example.com' },
    { hooks: [Told], ...options },
  );
  Logger.overrideLogger(logger);
  bench.after(() => Logger.overrideLogger(false));
  return { app, mail: app.mail, logger, failures };
}

const message = (given: unknown): MailMessage => given as MailMessage;
const options = (given: unknown): SendOptions => given as SendOptions;

const BAD_INPUT: readonly [string, unknown, unknown][] = [
  ['null', null, undefined],
  ['nothing', undefined, undefined],
  ['a text', 'ann@example.com', undefined],
  ['a bad address', { ...MAIL, to: 'nobody' }, undefined],
  ['no recipient', { subject: 's', text: 'x' }, undefined],
  ['an unknown template', { to: 'ann@example.com', template: 'none' }, undefined],
  [
    'getters that throw',
    {
      get to() {
        throw new Error('no');
      },
    },
    undefined,
  ],
  ['a promise that rejects', () => Promise.reject(new Error('not awaited')), undefined],
  ['a proxy that throws', new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower }), undefined],
  ['unknown options', MAIL, { timeout: 5 }],
  ['options that are null', MAIL, null],
  ['a signal that has fired', MAIL, { signal: AbortSignal.abort() }],
  [
    'a signal that cannot be listened to',
    MAIL,
    { signal: { aborted: false, addEventListener: thrower, removeEventListener: thrower } },
  ],
];

function thrower(): never {
  throw new Error('no');
}

describe('sendInBackground', () => {
  it('sends, and returns nothing', async () => {
    const sink = await bench.sink();
    const { mail, logger } = await start(sink.port);
    expect(mail.sendInBackground(MAIL)).toBeUndefined();
    await sink.waitForMessages(1);
    await until(() => logger.lines.length > 0);
    expect(logger.lines).toEqual([expect.stringMatching(/^log Mail .*: accepted by smtp/)]);
  });

  it.each(BAD_INPUT)(
    'neither throws nor rejects for %s: the log has it as one error, and hooks are told once',
    async (_, given, bounds) => {
      const { mail, logger, failures } = await start();
      const unhandled: unknown[] = [];
      const keep = (error: unknown): void => void unhandled.push(error);
      process.on('unhandledRejection', keep);
      expect(
        mail.sendInBackground(message(typeof given === 'function' ? given() : given), options(bounds)),
      ).toBeUndefined();
      await until(() => failures.length > 0);
      await new Promise(setImmediate);
      process.off('unhandledRejection', keep);
      expect(unhandled).toEqual([]);
      expect(failures).toHaveLength(1);
      expect(logger.lines).toHaveLength(1);
      expect(logger.lines[0]).toMatch(/^error Mail .*: failed EMAIL[A-Z]+/);
    },
  );

  it('says in the log where the application called, because nobody sees the stack of the error', async () => {
    const { mail, logger } = await start();
    mail.sendInBackground(MAIL);
    await until(() => logger.lines.length > 0);
    expect(logger.lines[0]).toContain('failed EMAILCONNECT');
    expect(logger.lines[0]).toContain('send-in-background.spec.ts');
  });

  it('shows in the log neither addresses nor secrets', async () => {
    const secret = 'k7Qz-kitten-42-Lw';
    const sink = await bench.sink({
      rejectData: () => ({ code: 554, message: `5.6.0 spam: ${secret} ann@example.com` }),
    });
    const { mail, logger } = await start(sink.port);
    mail.sendInBackground({ ...MAIL, text: `Your code is ${secret}`, secrets: [secret] });
    await until(() => logger.lines.length > 0);
    expect(logger.lines[0]).toMatch(/^error /);
    expect(logger.lines[0]).not.toContain(secret);
    expect(logger.lines[0]).not.toContain('ann@example.com');
  });

  it('of a failed send that somebody awaits the log has a warning, as ever', async () => {
    const { mail, logger } = await start();
    await mail.send(MAIL).catch(() => {});
    expect(logger.lines).toEqual([expect.stringMatching(/^warn Mail .*: failed EMAILCONNECT/)]);
  });

  it('is finished by the end of the application, with what hooks do about it', async () => {
    const sink = await bench.sink({ delayDataMs: 50 });
    const { app, mail } = await start(sink.port);
    for (let index = 0; index < 20; index++) mail.sendInBackground(MAIL);
    await app.close();
    expect(sink.messages).toHaveLength(20);
  });

  it('is cut after the grace time, and the hook is told', async () => {
    const server = await bench.server([{ silence: true }]);
    const { app, mail, failures } = await start(server.port, { shutdownTimeoutMs: 100 });
    mail.sendInBackground(MAIL);
    await app.close();
    expect(failures).toEqual([expect.objectContaining({ code: 'EMAILCLOSED' })]);
  });

  it('after the end of the application is refused: the log and the hooks are told', async () => {
    const { app, mail, logger, failures } = await start();
    await app.close();
    mail.sendInBackground(MAIL);
    await until(() => failures.length > 0);
    expect(failures).toEqual([expect.objectContaining({ code: 'EMAILCLOSED', retryable: true })]);
    expect(logger.lines).toEqual([expect.stringMatching(/^error Mail .*: failed EMAILCLOSED/)]);
  });

  it('takes the options of send', async () => {
    const server = await bench.server([{ silence: true }]);
    const { mail, failures } = await start(server.port);
    mail.sendInBackground(MAIL, { timeoutMs: 100 });
    await until(() => failures.length > 0);
    expect(failures).toEqual([expect.objectContaining({ code: 'EMAILTIMEOUT' })]);
  });

  it('closes the streams of what cannot be sent', async () => {
    const { mail, failures } = await start();
    const content = Readable.from(['never read']);
    mail.sendInBackground({ ...MAIL, to: 'nobody', attachments: [{ filename: 'a', content }] });
    await until(() => failures.length > 0);
    expect(content.destroyed).toBe(true);
  });

  it('with a hook that throws and a log that throws still does no harm', async () => {
    const gate = closedGate();
    class Faulty extends MailHook {
      override onFailure(): never {
        gate.open();
        throw new Error('the hook fails too');
      }
    }
    const { mail } = await start(undefined, { hooks: [Faulty] });
    Logger.overrideLogger({ log: thrower, warn: thrower, error: thrower, debug: thrower });
    mail.sendInBackground(MAIL);
    await gate.opened;
    await new Promise(setImmediate);
    expect(mail.name).toBeUndefined();
  });
});
