import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { maskAddresses } from '../../lib/core/redaction/mask-addresses.js';
import type { RecipientFate } from '../support/envelope-cases.js';
import { addressOf, ENVELOPE_CASES, envelopePolicy, fatesOf } from '../support/envelope-cases.js';
import { PolicySmtpServer } from '../support/policy-smtp-server.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

// Each mail is tried once.
const bench = useRelayBench({ retry: { firstMs: 3_600_000 } });

/** What became of a mail: its event, and what is told of whom. */
type Told = readonly [string, ...string[]];

const fileOf = (index: number): string => `${String(index).padStart(4, '0')}.eml`;

function expected(fates: readonly RecipientFate[], to: readonly string[]): Told {
  const of = (wanted: string): string[] =>
    fates.flatMap(({ fate, reply }, index) => (fate === wanted ? [`${to[index] ?? ''}: ${reply}`] : []));
  const deferred = fates.filter(({ fate }) => fate === 'deferred');
  if (deferred.length > 0) return ['deferred', `${deferred.length}`, reasonOfFirst(fates, to)];
  const refused = of('refused');
  return refused.length > 0 ? ['rejected', ...refused] : ['sent', '2'];
}

/** The reply to the first recipient that waits, who is named unless it holds for everybody. */
function reasonOfFirst(fates: readonly RecipientFate[], to: readonly string[]): string {
  const first = fates.findIndex(({ fate }) => fate === 'deferred');
  const reply = fates[first]?.reply ?? '';
  const isOfAll = fates.every(({ fate, reply: other }) => fate === 'deferred' && other === reply);
  return isOfAll ? reply : `${reply} (${maskAddresses(to[first] ?? '')})`;
}

function told(app: RelayApp, file: string): Told {
  for (const event of app.events) {
    if (!('file' in event) || event.file !== file) continue;
    if (event.type === 'sent') return ['sent', `${event.recipients}`];
    if (event.type === 'deferred') return ['deferred', `${event.recipients}`, event.reason];
    const text = readFileSync(join(bench.folder.path, 'badmail', `${file}.reason.txt`), 'utf8');
    const list = /^Not delivered to:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '';
    return [
      event.type,
      ...list
        .trim()
        .split('\n')
        .map(line => line.trim()),
    ];
  }
  return ['nothing'];
}

it.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('What a relay makes of the replies to MAIL, RCPT, DATA and the dot, %s', async (_, extensions) => {
  const server = bench.closing(await PolicySmtpServer.start(envelopePolicy(), { extensions }));
  const receivers = (index: number): string[] => [addressOf(index, 'ann'), addressOf(index, 'bob')];
  for (const index of ENVELOPE_CASES.keys()) {
    const mail = iisMail(`case-${index}`, receivers(index));
    publish(
      bench.folder.path,
      fileOf(index),
      mail.replace('no-reply@contoso.com', addressOf(index, 'sender')),
    );
  }
  const app = await bench.relay({ unconfirmed: 5 }, { Host: server.host, Port: server.port });
  const isDone = (): boolean =>
    app.of('sent').length + app.of('deferred').length + app.of('rejected').length >= ENVELOPE_CASES.length;
  while (!isDone()) await new Promise(resolve => setTimeout(resolve, 50));
  const all = (of: (index: number) => Told): [number, object, Told][] =>
    ENVELOPE_CASES.map((one, index) => [index, one, of(index)]);
  expect(all(index => told(app, fileOf(index)))).toEqual(
    all(index => expected(fatesOf(ENVELOPE_CASES[index] ?? { recipients: ['', ''] }), receivers(index))),
  );
  expect(app.of('problem')).toEqual([]);
  expect(app.of('paused')).toEqual([]);
});
