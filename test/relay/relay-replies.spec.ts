import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { SmtpPolicy } from '../support/policy-smtp-server.js';
import { PolicySmtpServer } from '../support/policy-smtp-server.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ retry: { firstMs: 100, maxMs: 200 } });
const ANN = 'ann@contoso.com';
const BOB = 'bob@contoso.com';

async function relayTo(policy: SmtpPolicy, extensions: readonly string[]) {
  const server = bench.closing(await PolicySmtpServer.start(policy, { extensions }));
  publish(bench.folder.path, 'x.eml', iisMail('judged', [ANN, BOB]));
  const app: RelayApp = await bench.relay({}, { Host: server.host, Port: server.port });
  return { server, app };
}

const reason = (): string => readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8');

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('A relay whose sender the server refuses, %s,', (_, extensions) => {
  describe.each(['503 5.5.1 no sender', '554 5.5.1 no sender', '550 5.1.1 gone', '451 4.3.0 later'])(
    'with “%s” to the receivers behind it,',
    rcpt => {
      it.each([
        '550 5.7.1 not you',
        '501 5.5.4 bad address',
        '552 5.3.4 too big',
        '553 5.1.8 no such sender',
        '554 5.7.1 blocked',
      ])('by “%s”, gives the mail up at once, with that for every receiver', async mail => {
        const { server, app } = await relayTo(
          { MAIL: () => mail, RCPT: () => rcpt, DATA: () => '503 5.5.1 no recipients' },
          extensions,
        );
        await app.until('rejected');
        expect(app.events.map(({ type }) => type)).toEqual(['rejected']);
        expect(reason()).toContain(`Not delivered to:\n  ${ANN}: ${mail}\n  ${BOB}: ${mail}`);
        expect(reason()).toMatch(/^Tries: +1$/m);
        expect(server.commands('MAIL')).toHaveLength(1);
      });
    },
  );

  describe.each(['503 5.5.1 no sender', '554 5.5.1 no sender', '502 5.5.1 what', '500 5.5.2 what', '550 no'])(
    'with “%s” to the receivers behind it,',
    rcpt => {
      it.each(['450 4.7.1 greylisted', '451 4.3.0 later', '452 4.3.1 no room'])(
        'by “%s” for now, keeps the mail with that reason, and sends it later',
        async mail => {
          let refusals = 2;
          const refusing = (): boolean => refusals > 0;
          const { server, app } = await relayTo(
            {
              MAIL: () => (refusing() ? mail : undefined),
              RCPT: () => (refusing() ? rcpt : undefined),
              DATA: () => (refusing() ? '503 5.5.1 no recipients' : undefined),
              RSET: () => void refusals--,
            },
            extensions,
          );
          await app.until('deferred');
          refusals = 0;
          await app.until('sent');
          expect(app.of('deferred')[0]).toMatchObject({ recipients: 2, reason: mail });
          expect(app.of('rejected')).toEqual([]);
          expect(server.messages.map(({ to }) => to)).toEqual([[ANN, BOB]]);
        },
      );
    },
  );

  it('names only the receivers that do not have the mail already', async () => {
    const { server, app } = await relayTo(
      {
        MAIL: visit =>
          visit.lines.filter(line => line.startsWith('MAIL')).length > 1 ? '550 5.7.1 no' : undefined,
        RCPT: (visit, line) =>
          visit.sender === undefined
            ? '503 5.5.1 no sender'
            : line.includes(BOB)
              ? '450 4.2.1 busy'
              : undefined,
      },
      extensions,
    );
    await app.until('rejected');
    expect(app.events.map(({ type }) => type)).toEqual(['deferred', 'rejected']);
    expect(reason()).toContain(`Not delivered to:\n  ${BOB}: 550 5.7.1 no\n`);
    expect(reason()).toContain(`Already delivered to:\n  ${ANN}`);
    expect(server.messages.map(({ to }) => to)).toEqual([[ANN]]);
  });

  it.each([
    ['550 5.7.1 blocked', 0],
    ['550 5.7.1 blocked', 50],
    ['521 5.3.2 no mail here', 0],
    ['554 5.7.1 blocked', 30],
  ])('by “%s” and a close after %i ms, gives the mail up at once', async (mail, afterMs) => {
    const { server, app } = await relayTo({ MAIL: () => ({ say: mail, end: 'close', afterMs }) }, extensions);
    await app.until('rejected');
    expect(app.events.map(({ type }) => type)).toEqual(['rejected']);
    expect(reason()).toContain(`Not delivered to:\n  ${ANN}: ${mail}\n  ${BOB}: ${mail}`);
    expect(server.commands('MAIL')).toHaveLength(1);
  });

  it.each(['550 5.1.1 gone', '554 5.7.1 no'])(
    'and whose receivers get “%s” with a close behind the last, gives the mail up at once',
    async reply => {
      const { app } = await relayTo(
        { RCPT: (__, line) => (line.includes(BOB) ? { say: reply, end: 'close' } : reply) },
        extensions,
      );
      await app.until('rejected');
      expect(app.events.map(({ type }) => type)).toEqual(['rejected']);
      expect(reason()).toContain(`Not delivered to:\n  ${ANN}: ${reply}\n  ${BOB}: ${reply}`);
    },
  );
});

it.each(['250 ok', '334 ', '300 more', '451 4.3.0 later'])(
  'A relay keeps a mail for which DATA was answered with “%s”',
  async reply => {
    let answers = 1;
    const { server, app } = await relayTo({ DATA: () => (answers-- > 0 ? reply : undefined) }, [
      'PIPELINING',
    ]);
    await app.until('sent');
    expect(app.of('deferred')).toHaveLength(1);
    expect(app.of('rejected')).toEqual([]);
    expect(server.messages.map(({ to }) => to)).toEqual([[ANN, BOB]]);
  },
);
