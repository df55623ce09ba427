import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { MailDelivery } from '../core/delivery/mail-delivery.js';
import { MAIL_INTERCEPTOR } from '../core/mail/mail.constants.js';
import { lazyRefusal } from '../core/mail/mail.lazy-refusal.js';
import type { Concealed } from '../core/redaction/concealed.js';
import { concealResult } from '../core/redaction/concealed.js';
import { MailQueue } from './admin/mail-queue.js';
import type { MailQueueOptions } from './mail-queue-options.js';
import type { Producer } from './producer/create-producer.js';
import { createProducer } from './producer/create-producer.js';
import { MailQueueDelivery } from './producer/mail-queue-delivery.js';
import type { ProducerParts } from './producer/producer-parts.js';
import { MAIL_QUEUE_PARTS } from './producer/producer-parts.js';
import { SingleQueueCheck } from './producer/single-queue-check.js';

/** Who can inject what {@link MailQueueModule} exports. */
export interface MailQueueScope {
  /** Whether every module can. A second queue has `false`, and is imported by its mailer alone. @default true */
  isGlobal?: boolean;
}

/** {@link MailQueueOptions} that come from elsewhere. */
export interface MailQueueAsyncOptions extends MailQueueScope, Pick<ModuleMetadata, 'imports'> {
  /** What the factory needs, in the order of its parameters. @default none */
  inject?: FactoryProvider['inject'];
  /** Makes the options at start. */
  useFactory: (...dependencies: never[]) => MailQueueOptions | Promise<MailQueueOptions>;
}

const QUEUE_OPTIONS = Symbol('MAIL_QUEUE_OPTIONS');
const QUEUE_PRODUCER = Symbol('MAIL_QUEUE_PRODUCER');
const QUEUE_LIFECYCLE = Symbol('MAIL_QUEUE_LIFECYCLE');

/**
 * The sending side of a queue: exports {@link MailQueueDelivery}, for the option `delivery` of a mailer, and {@link MailQueue}. The
 * application starts whether the queue can be reached or not. Its connections end with the application, so `LazyModuleLoader` cannot
 * load it.
 */
@Module({})
export class MailQueueModule {
  /**
   * A queue with options that are at hand. The application does not start with options that cannot be used: a `MailSettingsError` then
   * lists every problem.
   */
  static forRoot(options: MailQueueOptions, scope: MailQueueScope = {}): DynamicModule {
    return MailQueueModule.forRootAsync({ ...scope, useFactory: () => options });
  }

  /**
   * A queue whose options come from a factory, for example from `ConfigService`.
   *
   * @throws TypeError when there is no factory
   */
  static forRootAsync({
    imports,
    inject,
    useFactory,
    isGlobal = true,
  }: MailQueueAsyncOptions): DynamicModule {
    if (typeof useFactory !== 'function')
      throw new TypeError(
        'MailQueueModule.forRootAsync() needs useFactory. Example: MailQueueModule.forRootAsync({ inject: [ConfigService], useFactory: config => ({ connection: config.get("REDIS_URL") }) })',
      );
    const concealed = async (...dependencies: never[]): Promise<Concealed<MailQueueOptions>> =>
      concealResult(useFactory(...dependencies));
    return {
      module: MailQueueModule,
      global: isGlobal,
      imports: imports ?? [],
      providers: [
        lazyRefusal({
          name: 'MailQueueModule',
          token: MailQueueDelivery,
          harm: 'its connections would never end',
        }),
        SingleQueueCheck,
        { provide: QUEUE_OPTIONS, useFactory: concealed, inject: inject ?? [] },
        {
          provide: QUEUE_PRODUCER,
          useFactory: (options: Concealed<MailQueueOptions>, interceptor?: MailDelivery) =>
            createProducer(options.reveal(), interceptor !== undefined),
          inject: [QUEUE_OPTIONS, { token: MAIL_INTERCEPTOR, optional: true }],
        },
        {
          provide: QUEUE_LIFECYCLE,
          useFactory: ({ lifecycle }: Producer) => lifecycle,
          inject: [QUEUE_PRODUCER],
        },
        {
          provide: MAIL_QUEUE_PARTS,
          useFactory: ({ parts }: Producer) => parts,
          inject: [QUEUE_PRODUCER],
        },
        {
          provide: MailQueue,
          useFactory: ({ queue }: ProducerParts) => queue,
          inject: [MAIL_QUEUE_PARTS],
        },
        { provide: MailQueueDelivery, useFactory: sharedDelivery, inject: [MAIL_QUEUE_PARTS] },
      ],
      exports: [MailQueueDelivery, MailQueue, MAIL_QUEUE_PARTS],
    };
  }
}

/** One that nobody may ever use, and so nobody closes: it holds the store from its first mail on. */
async function sharedDelivery(parts: ProducerParts): Promise<MailQueueDelivery> {
  const delivery = new MailQueueDelivery(parts);
  await parts.lifetime.release(delivery);
  return delivery;
}
