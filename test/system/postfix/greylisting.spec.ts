import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailModuleOptions } from '../../../lib/core/mail/mail.module-options.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { eventually } from './eventually.js';
import { GreylistingPolicy } from './greylisting-policy.js';
import { NUMBERED, numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import { PrivatePostfix } from './private-postfix.js';
import type { RelayApp } from './relay-app.js';
import { startRelayApp } from './relay-app.js';
import { RelayFolder } from './relay-folder.js';

const KNOWN = 'known@contoso.test';

let policy: GreylistingPolicy;
let postfix: PrivatePostfix;
let app: MailApp | RelayApp | undefined;
let folder: RelayFolder | undefined;
beforeEach(async () => {
  policy = await GreylistingPolicy.start([KNOWN]);
  postfix = await PrivatePostfix.start({ parameters: policy.postfixParameters });
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  folder?.remove();
  folder = undefined;
  await postfix?.stop();
  await policy?.stop();
});

async function start(options: MailModuleOptions = {}): Promise<MailApp> {
  const started = await startMailApp(
    { Host: postfix.host, Port: postfix.ports.plain, FromAddress: 'no-reply@contoso.test' },
    options,
  );
  app = started;
  return started;
}

/** Id → recipient → number of copies. */
async function arrivals(): Promise<Record<string, Record<string, number>>> {
  await postfix.idle();
  const copies = await postfix.countByIdAndRecipient(NUMBERED);
  return Object.fromEntries([...copies].map(([id, recipients]) => [id, Object.fromEntries(recipients)]));
}

describe('A Postfix with greylisting', () => {
  const mails = numberedMails(30);
  const onceEach = Object.fromEntries(mails.map(({ id, to }) => [id, { [to]: 1 }]));

  it('takes every mail at the second try of a mailer with the option retry, and each of them once', async () => {
    const { mail } = await start({ retry: { attempts: 3, backoff: 100 } });
    const receipts = await Promise.all(mails.map(({ id: _id, ...message }) => mail.send(message)));
    expect(receipts.map(({ status }) => status)).toEqual(mails.map(() => 'accepted'));
    expect(policy.putOff).toBe(30);
    expect(await arrivals()).toEqual(onceEach);
  });

  it('makes an error that can be retried without that option, and takes the mail when it comes again', async () => {
    const { mail } = await start();
    const [{ id, ...message } = { id: '', to: '', subject: '', text: '' }] = mails;
    expect(await rejection(mail.send(message))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: true,
      recipients: [{ address: message.to, code: 450, enhancedCode: '4.2.0', retryable: true }],
    });
    expect(await arrivals()).toEqual({});
    await mail.send(message);
    expect(await arrivals()).toEqual({ [id]: { [message.to]: 1 } });
  });

  it('brings a mail to the known recipient once, however often it is tried for the other', async () => {
    const { mail } = await start({ retry: { attempts: 3, backoff: 100 } });
    const [{ id, to, ...message } = { id: '', to: '', subject: '', text: '' }] = mails;
    const receipt = await mail.send({ ...message, to: [KNOWN, to] });
    expect([...receipt.accepted].sort()).toEqual([KNOWN, to].sort());
    expect(receipt.rejected).toEqual([]);
    expect(await arrivals()).toEqual({ [id]: { [KNOWN]: 1, [to]: 1 } });
  });

  it('puts off the mails of a relay, which brings each of them once when it tries again', async () => {
    const filled = new RelayFolder(postfix);
    folder = filled;
    await filled.put(mails.map(pickupFile));
    const relay = await startRelayApp(folder, { retry: { firstMs: 100, maxMs: 400 } });
    app = relay;
    await eventually('the folder is empty', () => [...filled.waiting(), ...filled.claimed()].length === 0);
    expect(relay.events.filter(({ type }) => type === 'deferred')).toHaveLength(30);
    expect(filled.bad()).toEqual([]);
    expect(await arrivals()).toEqual(onceEach);
  });
});

describe('A policy server that cannot be asked', () => {
  it('makes Postfix put mails off, which can be retried', async () => {
    await policy.stop();
    const { mail } = await start();
    const error = await rejection(mail.send({ subject: 's', to: 'ann@contoso.test', text: 'mail-00000-id' }));
    expect(error).toMatchObject({ code: 'EMAILENVELOPE', retryable: true });
    expect(await arrivals()).toEqual({});
  });
});
