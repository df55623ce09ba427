import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { MailDelivery } from '../core/delivery/mail-delivery.js';
import { MAIL_INTERCEPTOR } from '../core/mail/mail.constants.js';
import { lazyRefusal } from '../core/mail/mail.lazy-refusal.js';
import type { Concealed } from '../core/redaction/concealed.js';
import { concealResult } from '../core/redaction/concealed.js';
import type { CheckedMailSettings } from '../core/settings/checked-mail-settings.js';
import type { MailSettingsInput } from '../core/settings/mail-settings.js';
import type { MailQueueWorkerOptions } from './mail-queue-options.js';
import { createWorker } from './worker/create-worker.js';
import { MailQueueWorker } from './worker/mail-queue-worker.js';

/**
 * {@link MailQueueWorkerOptions} that come from elsewhere.
 *
 * @typeParam S the settings; the module checks with it those that are written in code
 */
export interface MailQueueWorkerAsyncOptions<S = MailSettingsInput> extends Pick<ModuleMetadata, 'imports'> {
  /** What the factory needs, in the order of its parameters. @default none */
  inject?: FactoryProvider['inject'];
  /** Makes the options at start. */
  useFactory: (...dependencies: never[]) => MailQueueWorkerOptions<S> | Promise<MailQueueWorkerOptions<S>>;
}

const WORKER_OPTIONS = Symbol('MAIL_QUEUE_WORKER_OPTIONS');

/**
 * The delivering side of a queue: takes mails out of it and hands them to an SMTP server or a pickup directory. It begins when
 * the application has started, whether the queue can be reached or not, and ends with it, so `LazyModuleLoader` cannot load
 * it. Exports {@link MailQueueWorker}.
 */
@Module({})
export class MailQueueWorkerModule {
  /**
   * A worker with options that are at hand. The application does not start with settings or options that cannot be used: a
   * `MailSettingsError` then lists every problem.
   */
  static forRoot<const S>(options: MailQueueWorkerOptions<CheckedMailSettings<S>>): DynamicModule;
  static forRoot(options: MailQueueWorkerOptions): DynamicModule {
    return MailQueueWorkerModule.forRootAsync({ useFactory: () => options });
  }

  /**
   * A worker whose options come from a factory, for example from `ConfigService`.
   *
   * @throws TypeError when there is no factory
   */
  static forRootAsync<const S>(options: MailQueueWorkerAsyncOptions<CheckedMailSettings<S>>): DynamicModule;
  static forRootAsync({ imports, inject, useFactory }: MailQueueWorkerAsyncOptions): DynamicModule {
    if (typeof useFactory !== 'function')
      throw new TypeError(
        'MailQueueWorkerModule.forRootAsync() needs useFactory. Example: MailQueueWorkerModule.forRootAsync({ inject: [ConfigService], useFactory: config => ({ connection: config.get("REDIS_URL"), settings: config.get("MailSettings") }) })',
      );
    const concealed = async (...dependencies: never[]): Promise<Concealed<MailQueueWorkerOptions>> =>
      concealResult(useFactory(...dependencies));
    const create = async (
      options: Concealed<MailQueueWorkerOptions>,
      interceptor?: MailDelivery,
    ): Promise<MailQueueWorker> =>
      new MailQueueWorker(await createWorker(options.reveal(), interceptor !== undefined));
    return {
      module: MailQueueWorkerModule,
      imports: imports ?? [],
      providers: [
        lazyRefusal({
          name: 'MailQueueWorkerModule',
          token: MailQueueWorker,
          harm: 'the worker would never take a mail',
        }),
        { provide: WORKER_OPTIONS, useFactory: concealed, inject: inject ?? [] },
        {
          provide: MailQueueWorker,
          useFactory: create,
          inject: [WORKER_OPTIONS, { token: MAIL_INTERCEPTOR, optional: true }],
        },
      ],
      exports: [MailQueueWorker],
    };
  }
}
