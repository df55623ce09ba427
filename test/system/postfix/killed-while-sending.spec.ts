import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../../lib/core/message/mail-message.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { inParallel } from './in-parallel.js';
import type { NumberedMail } from './numbered-mails.js';
import { NUMBERED, numberedMails } from './numbered-mails.js';
import type { Persistence } from './persistent-sender.js';
import { sendUntilAccepted } from './persistent-sender.js';
import { PrivatePostfix } from './private-postfix.js';

const KILLS = 5;

let postfix: PrivatePostfix;
let app: MailApp | undefined;
beforeEach(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  await postfix?.stop();
});

describe('Mails that go out while Postfix is killed and restarted five times', () => {
  it.each([
    ['plain', 'None'],
    ['startTls', 'StartTls'],
    ['implicitTls', 'SslOnConnect'],
  ] as const)(
    'all arrive (2,000 to the port “%s”), twice at most where a send said that it does not know',
    async (port, option) => {
      await start(postfix.ports[port], option);
      const mails = numberedMails(2000);
      const persistence = await sendThroughCrashes(mails, 200);
      await expectTruth(mails, persistence);
    },
  );

  it('all arrive whole when they are large and the crash comes in the middle of a message', async () => {
    await start(postfix.ports.plain, 'None');
    // Over four megabytes a message leaves as a stream.
    const content = randomBytes(4 * 1024 * 1024);
    const mails = numberedMails(24);
    const persistence = await sendThroughCrashes(mails, 6, { attachments: [{ content }] });
    await expectTruth(mails, persistence);
    const whole = content.toString('base64');
    const damaged = (await postfix.mails()).filter(({ body }) => !body.replaceAll('\n', '').includes(whole));
    expect(damaged.map(({ queueId }) => queueId)).toEqual([]);
  });
});

async function start(port: number, SecureSocketOption: string): Promise<void> {
  app = await startMailApp(
    {
      Host: postfix.host,
      Port: port,
      FromAddress: 'no-reply@contoso.test',
      SecureSocketOption,
      MaxConnections: 20,
    },
    { smtp: { tls: { ca: postfix.ca } } },
  );
}

/** Sends all of them until they are accepted, with five crashes in between. */
async function sendThroughCrashes(
  mails: readonly NumberedMail[],
  width: number,
  extra: Pick<MailMessage, 'attachments'> = {},
): Promise<Map<string, Persistence>> {
  const mailer = app?.mail;
  if (!mailer) throw new Error('The application is not running.');
  const persistence = new Map<string, Persistence>();
  const crashes: Promise<void>[] = [];
  const distance = Math.floor(mails.length / (KILLS + 1));
  await inParallel(mails, width, async ({ id, ...message }) => {
    persistence.set(id, await sendUntilAccepted(mailer, { ...message, ...extra }));
    // Counted in mails and not in time: each crash meets the mailer in the middle of its work, on any machine.
    if (persistence.size % distance === 0 && crashes.length < KILLS) crashes.push(crash(crashes.at(-1)));
  });
  await Promise.all(crashes);
  expect(crashes).toHaveLength(KILLS);
  return persistence;
}

async function crash(previous: Promise<void> | undefined): Promise<void> {
  await previous;
  await postfix.kill();
  await postfix.restart();
}

/** Nothing is lost, and nothing is sent twice by a send that did not say so. */
async function expectTruth(
  mails: readonly NumberedMail[],
  persistence: ReadonlyMap<string, Persistence>,
): Promise<void> {
  await postfix.idle();
  const arrived = await postfix.countById(NUMBERED);
  expect(mails.filter(({ id }) => !arrived.has(id))).toEqual([]);
  // What Postfix itself delivers twice after a crash is not the mailer's doing.
  const accepted = await postfix.countById(NUMBERED, 'acceptances');
  const doubled = mails.filter(
    ({ id }) => (accepted.get(id) ?? 0) - 1 > (persistence.get(id)?.unknowns ?? 0),
  );
  expect(doubled).toEqual([]);
  // Otherwise the crashes would have passed the mailer by.
  expect([...persistence.values()].some(({ failures, unknowns }) => failures + unknowns > 0)).toBe(true);
}
