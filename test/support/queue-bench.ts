import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Job } from 'bullmq';
import { SteadyClock } from '../../lib/core/concurrency/steady-clock.js';
import type { MailDelivery, QueuedDeliverOptions } from '../../lib/core/delivery/mail-delivery.js';
import { settingsDelivery, withFallback } from '../../lib/core/mail/mail.deliveries.js';
import type { ComposedMail } from '../../lib/core/mime/composed-mail.js';
import type { MailSettingsInput } from '../../lib/core/settings/mail-settings.js';
import type { MailJob } from '../../lib/queue/job/mail-job.js';
import { prepareJob } from '../../lib/queue/job/new-job.js';
import { SealingKeys } from '../../lib/queue/job/sealing-keys.js';
import type { MailQueueOptions, MailQueueWorkerOptions } from '../../lib/queue/mail-queue-options.js';
import { resolveQueueOptions } from '../../lib/queue/options/read-queue-options.js';
import { resolveWorkerOptions } from '../../lib/queue/options/read-worker-options.js';
import { DirectoryContents } from '../../lib/queue/store/directory-contents.js';
import { openStore } from '../../lib/queue/store/open-store.js';
import type { QueueStore } from '../../lib/queue/store/queue-store.js';
import { assembleWorker } from '../../lib/queue/worker/assemble-worker.js';
import type { QueueWorkerEvent } from '../../lib/queue/worker/queue-worker-event.js';
import type { QueueWorkerTuning } from '../../lib/queue/worker/queue-worker-tuning.js';
import type { QueueWorker } from '../../lib/queue/worker/queue-worker.js';
import { StoreTrouble } from '../../lib/queue/worker/store-trouble.js';
import { HANG_MS } from './hang-guard.js';
import type { PolicySmtpServerOptions, SmtpPolicy } from './policy-smtp-server.js';
import { PolicySmtpServer } from './policy-smtp-server.js';
import { PostgresServer } from './postgres-server.js';
import type { RedisServerOptions } from './redis-server.js';
import { RedisServer } from './redis-server.js';

/** Milliseconds of a worker in tests. */
const TUNING: Partial<QueueWorkerTuning> = { stalledWaitMs: 200, pause: { firstMs: 300, maxMs: 1000 } };

/** Options of a {@link BenchWorker}. */
export interface BenchWorkerOptions extends Partial<Omit<MailQueueWorkerOptions, 'connection' | 'settings'>> {
  readonly tuning?: Partial<QueueWorkerTuning>;
  readonly clock?: SteadyClock;
  /** Puts something before the delivery of the worker. */
  readonly before?: (delivery: MailDelivery) => MailDelivery;
}

/** What a test puts into the queue. */
export interface BenchMail {
  readonly id?: string;
  readonly to?: readonly string[];
  readonly body?: string;
  readonly secrets?: readonly string[];
  readonly template?: string;
  readonly options?: QueuedDeliverOptions;
  readonly keys?: SealingKeys;
  readonly above?: number;
  readonly directory?: string;
}

/** A worker whose times are short, with everything that has happened in it. */
export class BenchWorker {
  readonly events: QueueWorkerEvent[] = [];
  readonly warnings: string[] = [];
  readonly #happened = new EventEmitter();
  #worker: QueueWorker | undefined;

  /** Makes and starts a worker. */
  static async start(
    store: QueueStore,
    connection: MailQueueOptions['connection'],
    settings: MailSettingsInput,
    { tuning, clock, before = delivery => delivery, ...options }: BenchWorkerOptions,
    trouble?: (trouble: StoreTrouble) => void,
  ): Promise<BenchWorker> {
    const bench = new BenchWorker();
    const resolved = await resolveWorkerOptions({
      connection,
      retry: { firstMs: 200, maxMs: 1000 },
      ...options,
      settings,
    });
    const given = options.smtp ? { smtp: options.smtp } : {};
    const emit = (event: QueueWorkerEvent): void => bench.#on(event);
    const storeTrouble = new StoreTrouble(emit);
    trouble?.(storeTrouble);
    const { directory } = resolved.claimCheck;
    bench.#worker = assembleWorker({
      options: resolved,
      delivery: before(
        await withFallback(await settingsDelivery(resolved.checked, given), resolved.checked, given),
      ),
      store,
      ...(directory !== undefined && { directory: new DirectoryContents(directory) }),
      trouble: storeTrouble,
      emit,
      warn: sentence => void bench.warnings.push(sentence),
      clock: clock ?? new SteadyClock(),
      tuning: { ...TUNING, ...tuning },
    });
    bench.#worker.start();
    return bench;
  }

  /** The worker itself. */
  get worker(): QueueWorker {
    if (!this.#worker) throw new Error('The worker is not started');
    return this.#worker;
  }

  /** The events of one type. */
  of<T extends QueueWorkerEvent['type']>(type: T): Extract<QueueWorkerEvent, { type: T }>[] {
    return this.events.filter(
      (event): event is Extract<QueueWorkerEvent, { type: T }> => event.type === type,
    );
  }

  /** Waits until there are so many events of a type. */
  async until(type: QueueWorkerEvent['type'], count = 1, timeoutMs = HANG_MS): Promise<void> {
    const timeout = AbortSignal.timeout(timeoutMs);
    while (this.of(type).length < count) {
      await once(this.#happened, 'event', { signal: timeout }).catch(() => {
        throw new Error(
          `${this.of(type).length} of ${count} events "${type}" came within ${timeoutMs} ms; all: ${JSON.stringify(this.events)}`,
        );
      });
    }
  }

  #on(event: QueueWorkerEvent): void {
    this.events.push(event);
    this.#happened.emit('event');
  }
}

/** Settings of a worker for a server at this machine. */
export function settingsFor(
  { host, port }: { readonly host: string; readonly port: number },
  more: MailSettingsInput = {},
): MailSettingsInput {
  return { Host: host, Port: port, FromAddress: 'no-reply@contoso.com', EnableSsl: false, ...more };
}

/** Waits until something holds. */
export async function untilTrue(holds: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const deadline = performance.now() + HANG_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what} does not hold within ${HANG_MS} ms`);
    await delay(10);
  }
}

/** A queue in a real store, with workers, for tests. */
export class QueueBench {
  readonly #server: RedisServer | PostgresServer;
  readonly #ends: (() => Promise<unknown>)[] = [];
  readonly #producer: QueueStore;
  #count = 0;

  private constructor(server: RedisServer | PostgresServer, producer: QueueStore) {
    this.#server = server;
    this.#producer = producer;
    this.#ends.push(() => producer.close(1000));
  }

  /** Starts a Redis of its own. */
  static async start(options?: RedisServerOptions): Promise<QueueBench> {
    return QueueBench.#over(await RedisServer.start(options));
  }

  /** Starts a PostgreSQL of its own. */
  static async startPostgres(): Promise<QueueBench> {
    return QueueBench.#over(await PostgresServer.start());
  }

  static async #over(server: RedisServer | PostgresServer): Promise<QueueBench> {
    Logger.overrideLogger(false);
    return new QueueBench(server, await storeAt(server, () => {}));
  }

  /** The Redis. */
  get redis(): RedisServer {
    if (this.#server instanceof RedisServer) return this.#server;
    throw new Error('This queue is in PostgreSQL');
  }

  /** The PostgreSQL. */
  get postgres(): PostgresServer {
    if (this.#server instanceof PostgresServer) return this.#server;
    throw new Error('This queue is in Redis');
  }

  /** A server that ends with the bench. */
  async serve(policy?: SmtpPolicy, options?: PolicySmtpServerOptions): Promise<PolicySmtpServer> {
    const server = await PolicySmtpServer.start(policy, options);
    this.#ends.push(() => server.close());
    return server;
  }

  /** A worker with connections of its own. */
  async worker(settings: MailSettingsInput, options: BenchWorkerOptions = {}): Promise<BenchWorker> {
    let trouble: StoreTrouble | undefined;
    const store = await storeAt(this.#server, words =>
      words === undefined ? trouble?.ended() : trouble?.met(words),
    );
    const connection = connectionOf(this.#server);
    const worker = await BenchWorker.start(store, connection, settings, options, made => {
      trouble = made;
    });
    this.#ends.push(() => worker.worker.stop(0));
    return worker;
  }

  /** Puts a mail into the queue; resolves with the id of its job. */
  async add(mail: BenchMail = {}): Promise<string> {
    const { options = {}, keys = new SealingKeys(), above = 128 * 1024, directory } = mail;
    const composed = composedMail({ ...mail, id: mail.id ?? `mail-${this.#count++}` });
    const { job, file } = await prepareJob(composed, options, {
      keys,
      above,
      toDirectory: directory !== undefined,
    });
    if (file && directory !== undefined) await new DirectoryContents(directory).write(file.name, file.bytes);
    await this.#producer.add(job, 5000);
    return job.id;
  }

  /** The job as BullMQ has it. */
  async job(id: string): Promise<Job<MailJob>> {
    const queue = await this.#producer.queue(5000);
    const job = await queue.getJob(id);
    if (!job) throw new Error(`There is no job ${id}`);
    return job;
  }

  /** The data of a job, once it is in a state. */
  async inState(id: string, state: string): Promise<MailJob> {
    const isThere = async (): Promise<boolean> => (await (await this.job(id)).getState()) === state;
    await untilTrue(isThere, `the state ${state} of ${id}`);
    return (await this.job(id)).data;
  }

  /** The store of those who send. */
  get store(): QueueStore {
    return this.#producer;
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
    await this.#server.close();
  }
}

function connectionOf(server: RedisServer | PostgresServer): MailQueueOptions['connection'] {
  return server instanceof RedisServer ? server.url : { postgres: server.url };
}

async function storeAt(
  server: RedisServer | PostgresServer,
  onState: (words: string | undefined) => void,
): Promise<QueueStore> {
  const options = await resolveQueueOptions({ connection: connectionOf(server) });
  return openStore(options, { onTrouble: onState, onRecovered: () => onState(undefined) });
}

function composedMail({
  id = randomUUID(),
  to = ['ann@contoso.com'],
  body = 'Hello',
  secrets,
  template,
}: BenchMail): ComposedMail {
  const messageId = `<${id}@contoso.com>`;
  const bytes = Buffer.from(
    [
      'From: no-reply@contoso.com',
      `To: ${to.join(', ')}`,
      `Subject: ${id}`,
      `Message-ID: ${messageId}`,
      'Date: Tue, 24 Nov 2026 10:00:00 +0000',
      '',
      body,
      '',
    ].join('\r\n'),
  );
  return {
    envelope: { from: 'no-reply@contoso.com', to },
    messageId,
    size: bytes.length,
    ...(secrets && { secrets }),
    ...(template !== undefined && { template }),
    bytes: async () => bytes,
    stream: () => Readable.from([bytes]),
  };
}
