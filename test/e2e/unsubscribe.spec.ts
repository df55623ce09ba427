import { expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { rsaKey } from '../support/dkim-keys.js';
import { verifyDkim } from '../support/dkim-verifier.js';
import { headersOf } from '../support/eml.js';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { everyPrint } from '../support/every-print.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const TOKEN = 'Zq7-Token-0123456789';
const MAIL: MailMessage = {
  to: 'ann@contoso.com',
  subject: 's',
  text: 'x',
  unsubscribe: { url: `https://contoso.com/off?token=${TOKEN}`, mailto: 'off@contoso.com' },
};

it('Both headers of one-click unsubscribing are signed, or mailbox providers would not believe them', async () => {
  const key = rsaKey();
  const sink = await bench.sink();
  const dkim = { Domain: 'example.com', Selector: 'mail', PrivateKey: key.pem };
  const { mail } = await bench.against(sink, { Dkim: dkim });
  await mail.send(MAIL);
  const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
  const [{ failure, names = [] } = {}] = verifyDkim(raw, () => key.record);
  expect(failure).toBeUndefined();
  expect(names).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
  expect(headersOf(raw, 'List-Unsubscribe-Post')).toEqual(['List-Unsubscribe=One-Click']);
});

it('A server that quotes the link to unsubscribe brings it into no error and no log', async () => {
  const server = await bench.policy({ DOT: () => `554 5.7.1 no links with ${TOKEN}, please` });
  const { mail, app } = await bench.against(server);
  const logger = new EveryLevelLogger();
  app.useLogger(logger);
  const error = await rejection(mail.send(MAIL));
  const everything = [everyPrint(error), String((error as Error).stack), ...logger.lines].join('\n');
  expect(everything).toContain('no links with ***');
  expect(everything).not.toContain(TOKEN);
});

it('A mail made by a template has a way to unsubscribe, too, in each part of a split', async () => {
  const sink = await bench.sink();
  const { mail } = await bench.against(sink, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
  const { unsubscribe = { url: '' } } = MAIL;
  await mail.sendNotification({
    to: ['ann@contoso.com', 'bob@contoso.com'],
    title: 't',
    lines: ['l'],
    unsubscribe,
  });
  const values = sink.messages.map(({ raw }) => headersOf(raw, 'List-Unsubscribe').length);
  expect(values).toEqual([1, 1]);
});
