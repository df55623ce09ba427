import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { headersOf } from '../support/eml.js';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicySmtpServer, SmtpPolicy } from '../support/policy-smtp-server.js';

const bench = useMailBench();
const MAIL: MailMessage = {
  to: ['ann@contoso.com', 'bob@contoso.com'],
  subject: 's',
  text: 'x',
  dsn: { notify: ['success', 'failure'], ret: 'headers', envid: 'order 42+a=b' },
};
const ASKED = [
  'MAIL FROM:<a@example.com> RET=HDRS ENVID=order+2042+2Ba+3Db',
  'RCPT TO:<ann@contoso.com> NOTIFY=SUCCESS,FAILURE',
  'RCPT TO:<bob@contoso.com> NOTIFY=SUCCESS,FAILURE',
];

const envelopes = (server: PolicySmtpServer): string[] =>
  server.visits.flatMap(({ lines }) => lines.filter(line => /^(?:MAIL|RCPT)/.test(line)));

async function offering(
  policy: SmtpPolicy = {},
  extensions = ['PIPELINING', 'DSN'],
): Promise<PolicySmtpServer> {
  return bench.policy(policy, { extensions });
}

describe('Reports of delivery are asked for', () => {
  it('where the server offers DSN, and the receipt says it', async () => {
    const server = await offering();
    const { mail } = await bench.against(server);
    const receipt = await mail.send(MAIL);
    expect(envelopes(server)).toEqual(ASKED);
    expect(receipt.envelope).toEqual({ from: 'a@example.com', to: MAIL.to, dsn: MAIL.dsn });
  });

  it.each<[NonNullable<MailMessage['dsn']>, string, string]>([
    [{ notify: ['never'] }, '', ' NOTIFY=NEVER'],
    [{ notify: ['delay'], ret: 'full' }, ' RET=FULL', ' NOTIFY=DELAY'],
    [{ notify: ['failure', 'delay', 'success'], envid: 'x' }, ' ENVID=x', ' NOTIFY=FAILURE,DELAY,SUCCESS'],
  ])('as the message says it: %j', async (dsn, from, to) => {
    const server = await offering();
    const { mail } = await bench.against(server);
    await mail.send({ ...MAIL, to: 'ann@contoso.com', dsn });
    expect(envelopes(server)).toEqual([`MAIL FROM:<a@example.com>${from}`, `RCPT TO:<ann@contoso.com>${to}`]);
  });

  it('of a mail for whose failures nobody is told', async () => {
    const server = await offering();
    const { mail } = await bench.against(server);
    await mail.send({ ...MAIL, to: 'ann@contoso.com', envelopeFrom: null, dsn: { notify: ['never'] } });
    expect(envelopes(server)).toEqual(['MAIL FROM:<>', 'RCPT TO:<ann@contoso.com> NOTIFY=NEVER']);
  });

  it('in every transaction of a mail, where the server takes few recipients at a time', async () => {
    const server = await offering({
      RCPT: ({ recipients }) => (recipients.length > 0 ? '452 4.5.3 too many recipients' : undefined),
    });
    const { mail } = await bench.against(server);
    const { messages = [] } = await mail.send(MAIL);
    expect(envelopes(server).filter(line => line.startsWith('MAIL'))).toEqual([ASKED[0], ASKED[0]]);
    expect(
      envelopes(server)
        .filter(line => line.startsWith('RCPT'))
        .at(-1),
    ).toBe(ASKED[2]);
    expect(messages.map(({ envelope }) => envelope.dsn)).toEqual([MAIL.dsn, MAIL.dsn]);
  });

  it('in every mail that MaxRecipients makes of one', async () => {
    const server = await offering();
    const { mail } = await bench.against(server, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    await mail.send(MAIL);
    expect(envelopes(server).toSorted()).toEqual([ASKED[0], ASKED[0], ASKED[1], ASKED[2]]);
  });

  it('in a further try', async () => {
    let tries = 0;
    const server = await offering({ MAIL: () => (tries++ === 0 ? '451 4.3.0 later' : undefined) });
    const { mail } = await bench.against(
      server,
      {},
      { retry: { attempts: 2, backoff: { type: 'fixed', delay: 1 } } },
    );
    await mail.send(MAIL);
    expect(envelopes(server).slice(-3)).toEqual(ASKED);
    expect(tries).toBe(2);
  });

  it('of the server that takes over', async () => {
    const fallback = await offering();
    const { mail } = await bench.app(
      {
        Host: '127.0.0.1',
        Port: await bench.unusedPort(),
        FromAddress: 'a@example.com',
        ConnectionTimeout: 1,
      },
      { fallback: { Host: fallback.host, Port: fallback.port, FromAddress: 'a@example.com' } },
    );
    expect(await mail.send(MAIL)).toMatchObject({ fallback: true, envelope: { dsn: MAIL.dsn } });
    expect(envelopes(fallback)).toEqual(ASKED);
  });
});

describe('Reports of delivery are not asked for, without a word,', () => {
  it('where the server does not offer DSN', async () => {
    const server = await offering({}, ['PIPELINING']);
    const { mail, app } = await bench.against(server);
    const logger = new EveryLevelLogger();
    app.useLogger(logger);
    expect(await mail.send(MAIL)).toMatchObject({ status: 'accepted' });
    expect(envelopes(server)).toEqual([
      'MAIL FROM:<a@example.com>',
      'RCPT TO:<ann@contoso.com>',
      'RCPT TO:<bob@contoso.com>',
    ]);
    expect(logger.about('debug')).toEqual([]);
  });

  it('of a server that has DSN in its name alone', async () => {
    const server = await bench.server([
      { send: '220 dsn.example.com ESMTP\r\n' },
      { expect: /^EHLO/, send: '250-dsn.example.com greets you\r\n250 HELP\r\n' },
      { expect: 'MAIL FROM:<a@example.com>', send: '250 ok\r\n' },
      { expect: 'RCPT TO:<ann@contoso.com>', send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true, send: '250 taken\r\n' },
    ]);
    const { mail } = await bench.against(server);
    expect(await mail.send({ ...MAIL, to: 'ann@contoso.com' })).toMatchObject({ status: 'accepted' });
  });
});

describe('A pickup file', () => {
  it.each(['Iis', 'Exchange'] as const)(
    'of the dialect %s cannot ask, which one debug line says',
    async format => {
      const folder = bench.folder();
      const { mail, app } = await bench.app({
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: folder.path,
        PickupFormat: format,
        FromAddress: 'a@example.com',
      });
      const logger = new EveryLevelLogger();
      app.useLogger(logger);
      const { messageId } = await mail.send(MAIL);
      expect(logger.about('debug')).toEqual([
        `Mail ${messageId}: a pickup file cannot carry which reports of delivery it asks for (dsn).`,
      ]);
      await mail.send({ ...MAIL, dsn: undefined });
      expect(logger.about('debug')).toHaveLength(1);
      const [file = ''] = readdirSync(folder.path);
      expect(readFileSync(join(folder.path, file), 'utf8')).not.toContain('order 42');
    },
  );

  it('that a fallback writes says the same', async () => {
    const folder = bench.folder();
    const { mail, app } = await bench.app(
      {
        Host: '127.0.0.1',
        Port: await bench.unusedPort(),
        FromAddress: 'a@example.com',
        ConnectionTimeout: 1,
      },
      {
        fallback: {
          UseSpecifiedPickupDirectory: true,
          PickupDirectory: folder.path,
          FromAddress: 'a@example.com',
        },
      },
    );
    const logger = new EveryLevelLogger();
    app.useLogger(logger);
    const { file = '' } = await mail.send(MAIL);
    expect(headersOf(readFileSync(file), 'X-Sender')).toEqual(['a@example.com']);
    expect(logger.about('debug')).toEqual([
      expect.stringContaining('cannot carry which reports of delivery'),
    ]);
  });
});
