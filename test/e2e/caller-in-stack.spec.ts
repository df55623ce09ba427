import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage, MailModuleOptions, MailService } from 'nest-mailroom';
import { MailDelivery, MailError, MailHook } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import { outcomesOf } from '../support/sent-mails.js';

const MAIL = { to: 'ann@contoso.test', subject: 's', text: 'x' };
/** The lines of this file that stand for the lines of an application, by the method that they call. */
const CALLS = new Map(
  readFileSync(join(process.cwd(), 'test/e2e/caller-in-stack.spec.ts'), 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const method = /\bmail\.(send\w*)\(/.exec(line)?.[1];
      return method === undefined ? [] : [[index + 1, method] as const];
    }),
);

const notify = (mail: MailService): Promise<unknown> =>
  mail.sendNotification({ to: MAIL.to, title: 't', lines: ['l'] });
const send = (mail: MailService, options = {}): Promise<unknown> => mail.send(MAIL, options);
const reset = (mail: MailService): Promise<unknown> =>
  mail.sendResetPassword({ to: MAIL.to, displayName: 'Ann', resetUrl: 'https://id.contoso.test/r' });

/** The methods whose calls in this file the stack of an error holds. */
function callsIn(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const lines = [...stack.matchAll(/caller-in-stack\.spec\.ts:(\d+):/g)].map(([, line]) => Number(line));
  return [...new Set(lines)].flatMap(line => CALLS.get(line) ?? []);
}

async function failing(
  options: MailModuleOptions,
  run: (app: MailApp) => Promise<unknown>,
): Promise<unknown> {
  const app = await startMailApp({ Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.test' }, options);
  try {
    return await rejection(run(app));
  } finally {
    await app.close();
  }
}

class Vetoer extends MailHook {
  override beforeSend(): never {
    throw new TypeError('the hook fails');
  }
}

class Broken extends MailDelivery {
  readonly name = 'broken';
  override async deliver(): Promise<never> {
    return new Promise((_, reject) => setTimeout(() => reject(new Error('no such thing')), 1));
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

describe('The stack of an error holds the line of the application that called', () => {
  let sink: MailSink;
  beforeAll(async () => {
    sink = await MailSink.start({ rejectRecipient: () => ({ code: 550, message: '5.1.1 nobody here' }) });
  });
  afterAll(() => sink.close());

  it.each([
    ['send', send],
    ['sendNotification', notify],
    ['sendResetPassword', reset],
  ] as const)('%s, when nothing listens at the server', async (method, call) => {
    const error = await failing({}, ({ mail }) => call(mail));
    expect(error).toMatchObject({ code: 'EMAILCONNECT' });
    expect(callsIn(error)).toEqual([method]);
  });

  it('when the server refuses the recipient', async () => {
    const app = await startMailApp({ Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.test' });
    const error = await rejection(send(app.mail));
    await app.close();
    expect(error).toMatchObject({ code: 'EMAILENVELOPE', responseCode: 550 });
    expect(callsIn(error)).toEqual(['send']);
  });

  it('when the message cannot be sent', async () => {
    const error = await failing({}, ({ mail }) => mail.send({ ...MAIL, to: 'nobody' }));
    expect(error).toMatchObject({ name: 'MailMessageError' });
    expect(callsIn(error)).toEqual(['send']);
  });

  it('when the signal of the caller has fired', async () => {
    const error = await failing({}, ({ mail }) =>
      send(mail, { signal: AbortSignal.abort(new Error('enough')) }),
    );
    expect(error).toMatchObject({ code: 'EMAILABORTED' });
    expect(callsIn(error)).toEqual(['send']);
  });

  it('when the mailer is closed', async () => {
    const error = await failing({}, async ({ mail, close }) => {
      await close();
      return send(mail);
    });
    expect(error).toMatchObject({ code: 'EMAILCLOSED' });
    expect(callsIn(error)).toEqual(['send']);
  });

  it('when a hook throws', async () => {
    const error = await failing({ hooks: [Vetoer] }, ({ mail }) => send(mail));
    expect(error).toBeInstanceOf(TypeError);
    expect(callsIn(error)).toEqual(['send']);
  });

  it('when a delivery of its own fails', async () => {
    const error = await failing({ delivery: new Broken() }, ({ mail }) => send(mail));
    expect(error).toMatchObject({ message: 'no such thing' });
    expect(callsIn(error)).toEqual(['send']);
  });

  it('of each of many sends that fail together, and of no other', async () => {
    const app = await startMailApp({ Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.test' });
    const errors = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        rejection(index % 2 === 0 ? send(app.mail) : notify(app.mail)),
      ),
    );
    await app.close();
    expect(errors.map(callsIn)).toEqual(
      errors.map((_, index) => [index % 2 === 0 ? 'send' : 'sendNotification']),
    );
  });

  it.each<[string, AbortSignal | undefined, unknown]>([
    ['that cannot be delivered', undefined, [MAIL]],
    ['that cannot be sent', undefined, [{ ...MAIL, to: 'nobody' }]],
    ['that is not sent any more', AbortSignal.abort(), [MAIL]],
    ['that is none', undefined, [null]],
  ])('of each message of sendMany %s', async (_, signal, messages) => {
    const app = await startMailApp({ Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.test' });
    const [sent] = await outcomesOf(
      app.mail.sendMany(messages as MailMessage[], { ...(signal && { signal }) }),
    );
    await app.close();
    expect(sent?.error).toBeInstanceOf(MailError);
    expect(callsIn(sent?.error)).toEqual(['sendMany']);
  });

  it('of sendMany itself, when its source or an option cannot be meant', async () => {
    for (const given of [5, 'text', {}]) {
      const error = await failing({}, ({ mail }) => outcomesOf(mail.sendMany(given as never)));
      expect(callsIn(error)).toEqual(['sendMany']);
    }
    const error = await failing({}, ({ mail }) => outcomesOf(mail.sendMany([], { concurrency: 0 })));
    expect(callsIn(error)).toEqual(['sendMany']);
  });

  it('of sendInBackground, as hooks are told of it', async () => {
    const told: unknown[] = [];
    class Told extends MailHook {
      override onFailure(error: unknown): void {
        told.push(error);
      }
    }
    const app = await startMailApp(
      { Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.test' },
      { hooks: [Told] },
    );
    const { mail } = app;
    mail.sendInBackground(MAIL);
    await app.close();
    expect(told.map(callsIn)).toEqual([['sendInBackground']]);
  });

  it('and the error itself stays what it was when nobody may change it', async () => {
    const frozen = Object.freeze(new Error('frozen'));
    class Freezer extends MailHook {
      override beforeSend(): never {
        throw frozen;
      }
    }
    expect(await failing({ hooks: [Freezer] }, ({ mail }) => send(mail))).toBe(frozen);
  });
});
