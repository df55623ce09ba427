import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import { until } from '../../support/bounded-send.js';
import type { MailApp } from '../../support/mail-app.js';
import { useMailBench } from '../../support/mail-bench.js';
import { ownTime } from '../../support/own-time.js';
import { rejection } from '../../support/rejection.js';
import type { Script } from '../../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../../support/scripted-smtp-server.js';
import type { Fault } from './faults.js';
import { FAULTS } from './faults.js';
import type { Offer, Stage, StageName } from './stages.js';
import {
  answersBehind,
  AUTHORITY,
  BODY,
  GOODBYE,
  goodScript,
  PASSWORD,
  STAGES,
  transaction,
  upTo,
} from './stages.js';

const SETTING_UP: readonly StageName[] = ['greeting', 'ehlo', 'starttls', 'auth'];
/** What a send that ends by itself may take on a busy machine; the limits under test are far below. */
const IN_TIME_MS = 4000;

const bench = useMailBench();

/** Describes what becomes of a send when the server fails at a stage, in every way in which servers fail. */
export function describeStage(name: StageName): void {
  const stage = STAGES[name];
  const offers: readonly Offer[] = SETTING_UP.includes(name)
    ? [{ tls: name === 'starttls' }]
    : [{ pipelining: false }, { pipelining: true }];
  for (const offer of offers) {
    const words =
      offer.pipelining === undefined ? '' : offer.pipelining ? ', with PIPELINING' : ', one by one';
    describe(`Against a server that fails ${stage.words}${words}, a send`, () => {
      const faults = FAULTS.filter(fault => !fault.except?.includes(name));
      it.each(faults.map(fault => [fault.words, fault] as const))(
        'ends as documented when it %s',
        (_, fault) => checkCell(stage, fault, offer),
      );
    });
  }
}

async function checkCell(stage: Stage, fault: Fault, offer: Offer): Promise<void> {
  const setsUp = SETTING_UP.includes(stage.name);
  // A server that does not go on after DATA is left, whatever it says.
  const survives = fault.survivable === true && !setsUp && !['data', 'message'].includes(stage.name);
  const script = faultyScript(stage, fault, offer, survives);
  let fails = true;
  const server = await ScriptedSmtpServer.start(() => (fails ? script : goodScript(offer)));
  const app = await startAgainst(server, stage, fault, offer);
  const begun = ownTime();
  const error = await rejection(app.mail.send(mailFor(stage.name)));
  expect(ownTime() - begun).toBeLessThan(IN_TIME_MS);
  checkError(error, stage, fault);
  expect(app.logger.lines.join('')).not.toMatch(/\p{Cc}/u);
  if (setsUp) checkSame(await rejection(app.mail.verify()), error);
  // The pool is as good as new.
  fails = false;
  const before = server.connections;
  expect(await app.mail.send({ subject: 's', to: 'ann@contoso.com', text: BODY })).toMatchObject({
    status: 'accepted',
    accepted: ['ann@contoso.com'],
    response: '250 2.0.0 taken',
  });
  expect(server.connections).toBe(survives ? before : before + 1);
  await until(() => server.openConnections === 1);
}

function checkError(error: unknown, stage: Stage, fault: Fault): void {
  expect(error).toBeInstanceOf(MailDeliveryError);
  if (!(error instanceof MailDeliveryError)) return;
  const refused = fault.kind === 'refused';
  const { code, phase } = refused ? stage.refused : stage.lost;
  expect(error).toMatchObject({
    code,
    phase,
    retryable: refused ? (fault.responseCode ?? 0) < 500 : phase === 'after-data' ? 'unknown' : true,
    responseCode: fault.responseCode,
    enhancedCode: fault.enhancedCode,
    message: expect.stringMatching(fault.says),
  });
  if (fault.kind === 'late') expect(error.message).toContain(stage.bound);
  const { transcript = [] } = error;
  if (stage.name !== 'greeting') expect(transcript.join('\n')).toMatch(/^C: /m);
  expect(error.message.length).toBeLessThan(2500);
  expect(error.response?.length ?? 0).toBeLessThanOrEqual(2001);
  expect(transcript.join('').length).toBeLessThan(10_000);
  for (const text of [error.message, error.response?.replaceAll('\n', '') ?? '', ...transcript])
    expect(text).not.toMatch(/\p{Cc}/u);
  const everything = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`;
  for (const secret of [PASSWORD, Buffer.from(`\0ann\0${PASSWORD}`).toString('base64'), BODY])
    expect(everything).not.toContain(secret);
}

/** Whether a fault may mean that the server gives no further connection, so that connecting is tried again. */
function mayMeanNoRoom({ name }: Stage, { kind, responseCode = 0, words }: Fault): boolean {
  if (name === 'greeting' && kind === 'lost') return /^(?:closes|resets) /.test(words);
  if (kind !== 'refused' || name === 'starttls' || !SETTING_UP.includes(name)) return false;
  return responseCode < 500 || (name === 'greeting' && responseCode === 554);
}

/** What a caller can tell from the error of `verify` is what it can tell from the error of a send. */
function checkSame(verified: unknown, sent: unknown): void {
  expect(verified).toBeInstanceOf(MailDeliveryError);
  if (!(verified instanceof MailDeliveryError) || !(sent instanceof MailDeliveryError)) return;
  const { code, phase, retryable, responseCode, enhancedCode, transcript } = sent;
  expect(verified).toMatchObject({ code, phase, retryable, responseCode, enhancedCode, transcript });
  const withoutTries = ({ message }: Error): string =>
    message.replace(/\.? Connecting was tried \d+ times\.$/, '').replace(/\.$/, '');
  expect(withoutTries(verified)).toBe(withoutTries(sent));
}

function faultyScript(stage: Stage, fault: Fault, offer: Offer, survives: boolean): Script {
  const fails: Script = [...upTo(stage.name, offer), ...fault.steps];
  // nodemailer tries HELO where EHLO is refused.
  const refusesHello = stage.name === 'ehlo' && fault.kind === 'refused' && fault.responseCode !== 421;
  if (refusesHello) return [...fails, { expect: /^HELO/ }, ...fault.steps, { silence: true }];
  if (!survives) return fails;
  return [
    ...fails,
    ...answersBehind(stage.name, offer),
    { expect: 'RSET', send: '250 flushed\r\n' },
    ...transaction(),
    ...GOODBYE,
  ];
}

async function startAgainst(
  server: ScriptedSmtpServer,
  stage: Stage,
  fault: Fault,
  offer: Offer,
): Promise<MailApp> {
  bench.closing(server);
  return bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: 'no-reply@contoso.com',
      Username: 'ann',
      Password: PASSWORD,
      SecureSocketOption: offer.tls ? 'StartTls' : 'None',
      MaxConnections: 1,
      ConnectionTimeout: 10,
      SocketTimeout: 10,
      DataTimeout: 10,
      // The limit under test alone: a short one of another phase could cut a busy machine on its way to this stage.
      ...(fault.kind === 'late' && { [stage.bound]: 0.5 }),
      // A server that has no room for a connection is asked again until this is over; the next send has to connect within it, too.
      ...(mayMeanNoRoom(stage, fault) && { ConnectionTimeout: 2 }),
    },
    { smtp: { tls: { ca: AUTHORITY } } },
  );
}

function mailFor(name: StageName): MailMessage {
  const mail: MailMessage = { to: 'ann@contoso.com', subject: 'Outcome', text: BODY };
  if (name !== 'message') return mail;
  return { ...mail, attachments: [{ filename: 'endless.bin', content: slowStream() }] };
}

/** More than a server that fails in the middle of it ever gets. */
function slowStream(): Readable {
  return Readable.from(
    (async function* () {
      for (let chunk = 0; chunk < 400; chunk++) {
        yield Buffer.alloc(10_000, 1);
        await delay(10);
      }
    })(),
  );
}
