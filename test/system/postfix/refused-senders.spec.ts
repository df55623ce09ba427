import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { eventually } from './eventually.js';
import { PrivatePostfix } from './private-postfix.js';
import type { RelayApp } from './relay-app.js';
import { startRelayApp } from './relay-app.js';
import { RelayFolder } from './relay-folder.js';

/** Senders by local part, and what Postfix says to MAIL of them; after 521 and 421 it closes the connection. */
const FOR_GOOD = [
  ['blocked', 550, '5.7.1', 'Sender address is blocked'],
  ['closed', 521, '5.7.1', 'Sender address is blocked and the connection closed'],
  ['full', 552, '5.2.2', 'Quota of the sender exceeded'],
  ['odd', 554, '5.7.0', 'Sender address is not liked'],
] as const;
const FOR_NOW = [
  ['waiting', 450, '4.7.1', 'Sender address is put off'],
  ['slow', 451, '4.3.0', 'Try again later'],
  ['short', 452, '4.3.1', 'No space left'],
] as const;

const RECEIVERS = ['ann@contoso.test', 'bob@contoso.test'];

let postfix: PrivatePostfix;
let app: MailApp | RelayApp | undefined;
let folder: RelayFolder | undefined;
beforeAll(async () => {
  const table = [...FOR_GOOD, ...FOR_NOW].map(
    ([local, code, enhanced, words]) => `{ ${local}@ = ${code} ${enhanced} ${words} }`,
  );
  postfix = await PrivatePostfix.start({
    parameters: {
      smtpd_delay_reject: 'no',
      smtpd_sender_restrictions: `check_sender_access inline:{ ${table.join(', ')} }`,
    },
  });
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  folder?.remove();
  folder = undefined;
});
afterAll(async () => {
  await postfix?.stop();
});

const arrived = async (text: string): Promise<number> => {
  await postfix.idle();
  return (await postfix.mails()).filter(({ raw }) => raw.includes(text)).length;
};

async function send(local: string): Promise<MailDeliveryError> {
  const started = await startMailApp({
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: `${local}@contoso.test`,
  });
  app = started;
  const error = await rejection(
    started.mail.send({ subject: 's', to: RECEIVERS, text: `never-from-${local}` }),
  );
  if (!(error instanceof MailDeliveryError)) throw error;
  return error;
}

async function relay(local: string): Promise<RelayApp & { readonly folder: RelayFolder }> {
  const filled = new RelayFolder(postfix);
  folder = filled;
  const lines = [
    `X-Sender: ${local}@contoso.test`,
    ...RECEIVERS.map(address => `X-Receiver: ${address}`),
    `From: ${local}@contoso.test`,
    `Message-ID: <from-${local}@contoso.test>`,
    '',
    `never-from-${local}`,
    '',
  ];
  await filled.put([['mail.eml', lines.join('\r\n')]]);
  const started = await startRelayApp(filled);
  app = started;
  return { ...started, folder: filled };
}

describe('A Postfix that refuses the sender at once (smtpd_delay_reject = no)', () => {
  it.each([
    ...FOR_GOOD.map(row => [...row, 'for good', false] as const),
    ...FOR_NOW.map(row => [...row, 'for now', true] as const),
  ])(
    '(%s, %i %s, "%s") %s makes an error with what it said, of which retryable is %s',
    async (local, code, enhancedCode, words, _, retryable) => {
      const error = await send(local);
      expect(error).toMatchObject({
        code: 'EMAILENVELOPE',
        phase: 'envelope',
        retryable,
        responseCode: code,
        enhancedCode,
        response: expect.stringContaining(words),
      });
      // Nobody is said to be refused in another way than the mail is.
      for (const recipient of error.recipients ?? []) expect(recipient).toMatchObject({ code, retryable });
      expect(await arrived(`never-from-${local}`)).toBe(0);
    },
  );

  it.each(FOR_GOOD)(
    'for good (%s, %i) sends a file to badmail, with what it said of each receiver',
    async (...row) => {
      const [local, code, enhancedCode, words] = row;
      const relayed = await relay(local);
      await eventually('the mail is in badmail', () => relayed.folder.bad().length === 2, 15_000);
      expect(relayed.events.filter(({ type }) => type === 'deferred')).toEqual([]);
      const reason = readFileSync(join(relayed.folder.path, 'badmail', 'mail.eml.reason.txt'), 'utf8');
      for (const receiver of RECEIVERS)
        expect(reason).toMatch(new RegExp(`^  ${receiver}: .*${code} ${enhancedCode} .*${words}`, 'm'));
      expect(await arrived(`never-from-${local}`)).toBe(0);
    },
  );

  it.each(FOR_NOW)('for now (%s, %i) puts a file off, which stays', async (...row) => {
    const [local] = row;
    const relayed = await relay(local);
    await eventually(
      'the mail is put off',
      () => relayed.events.some(({ type }) => type === 'deferred'),
      15_000,
    );
    expect(relayed.folder.bad()).toEqual([]);
    await app?.close();
    expect(relayed.folder.waiting()).toEqual(['mail.eml']);
    expect(await arrived(`never-from-${local}`)).toBe(0);
  });
});
