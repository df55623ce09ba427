import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../../support/mail-sink.js';
import { RedisServer } from '../../../support/redis-server.js';
import { eventually } from '../../postfix/eventually.js';
import { numberedMails } from '../../postfix/numbered-mails.js';
import { killAt, stopStraces } from '../../postfix/strace.js';
import { timesTaken } from '../../relay-kills/sink-folder.js';
import { tell } from './kill-figures.js';
import { workerOptions } from './kill-options.js';
import { QueueProducer } from './queue-producer.js';
import { QueueWorkerProcess, removeCompiledWorkers, stopQueueWorkers } from './queue-worker-process.js';
import { socketsTo } from './sockets-of.js';

/** More than a worker makes for one mail. */
const MOST_CALLS = 20;
/** Of the kills at each call. */
const MOST_ROUNDS = 4;
const PATIENCE_MS = 200_000;

let sink: MailSink;
let redis: RedisServer;
let producer: QueueProducer;
let used = 0;
beforeEach(async () => {
  used = 0;
  sink = await MailSink.start();
  redis = await RedisServer.start({ aof: 'always' });
  producer = await QueueProducer.start({ connection: redis.url });
});
afterEach(async () => {
  await stopStraces();
  await stopQueueWorkers();
  await producer?.close();
  await redis?.close();
  await sink?.close();
});
afterAll(removeCompiledWorkers);

/** What became of a mail whose worker was to be killed at a call. */
interface KilledAtCall {
  readonly killed: boolean;
  /** Whether the server had it when the worker was killed. */
  readonly hadIt: boolean;
  /** How often the server had it in the end. */
  readonly copies: number;
}

/** Lets a worker that has just delivered one mail deliver another one, until it is about to make the n-th of these calls. */
async function killedAt(call: string, port: number, nth: number): Promise<KilledAtCall> {
  const [before, mail] = numberedMails(used + 2).slice(used);
  used += 2;
  if (!before || !mail) throw new Error('There are no mails.');
  const options = workerOptions({ connection: redis.url }, sink);
  const worker = await QueueWorkerProcess.start(options);
  let ended = false;
  // It has all its connections and is waiting for a mail then.
  await producer.put([before]);
  await producer.drained();
  const copiesOf = (id: string): number => timesTaken(sink).get(id) ?? 0;
  const letGo = await killAt(worker, { call, path: socketsTo(worker.pid, port), nth });
  await producer.put([mail]);
  void worker.ended.then(() => (ended = true));
  const settled = async (): Promise<boolean> => {
    const { waiting, delayed, active } = await producer.queue.counts();
    return ended || waiting + delayed + active === 0;
  };
  await eventually(`the worker delivers a mail, or is killed at ${call} ${nth}`, settled);
  const killed = ended;
  const hadIt = copiesOf(mail.id) > 0;
  const dead = worker.kill();
  await letGo();
  await dead;
  const successor = await QueueWorkerProcess.start(options);
  expect(await producer.drained()).toBe(0);
  await successor.end();
  return { killed, hadIt, copies: copiesOf(mail.id) };
}

/** Kills a worker at each of these calls, one after the other, until it has delivered a mail before the next one. */
async function killedAtEach(call: string, port: number): Promise<KilledAtCall[]> {
  const outcomes: KilledAtCall[] = [];
  for (let nth = 1; nth <= MOST_CALLS; nth++) {
    const outcome = await killedAt(call, port, nth);
    if (!outcome.killed) return outcomes;
    outcomes.push(outcome);
  }
  return outcomes;
}

const isDoubled = ({ copies }: KilledAtCall): boolean => copies === 2;

/** The same again, up to some rounds, until a mail was doubled: which call is the last one is not the same each time. */
async function killedUntilDoubled(call: string, port: number): Promise<KilledAtCall[]> {
  const outcomes: KilledAtCall[] = [];
  for (let round = 0; round < MOST_ROUNDS && !outcomes.some(isDoubled); round++)
    outcomes.push(...(await killedAtEach(call, port)));
  return outcomes;
}

describe('A worker that is killed when it is about to make a certain system call', () => {
  it(
    'doubles a mail only between the reply of the server and the record, whatever it was about to write to Redis',
    async () => {
      const outcomes = await killedUntilDoubled('write,writev', redis.port);
      const doubled = outcomes.filter(isDoubled);
      tell('killed before each write to Redis', { kills: outcomes.length, doubled: doubled.length });
      expect(outcomes.length).toBeGreaterThan(1);
      expect(outcomes.filter(({ copies }) => copies !== 1 && copies !== 2)).toEqual([]);
      expect(doubled.filter(({ hadIt }) => !hadIt)).toEqual([]);
      // The write that puts the outcome on record. Locks last 2 s here: on a slow machine their renewal may come in its place.
      expect(doubled.length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  it(
    'doubles a mail only when the server has it, whatever it was about to read from the server',
    async () => {
      const outcomes = await killedUntilDoubled('read', sink.port);
      const doubled = outcomes.filter(isDoubled);
      tell('killed before each reply of the server', { kills: outcomes.length, doubled: doubled.length });
      expect(outcomes.length).toBeGreaterThan(1);
      expect(outcomes.filter(({ copies }) => copies !== 1 && copies !== 2)).toEqual([]);
      expect(doubled.filter(({ hadIt }) => !hadIt)).toEqual([]);
      // The reply after the final dot, and what is read before the record is written.
      expect(doubled.length).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});
