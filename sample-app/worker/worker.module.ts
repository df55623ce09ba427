import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { MailSettingsInput } from 'nest-mailroom';
import { MailQueueWorkerModule } from 'nest-mailroom/queue';
import { configuration } from '../shared/configuration.js';
import { mailQueueOptions, QUEUE_CONNECTION } from '../shared/mail-queue.js';

/** The Server's settings file: what the Server has put into the queue leaves as its settings say. */
const SETTINGS = join(import.meta.dirname, '..', 'server', 'appsettings.json');

/** The Worker: no HTTP, one duty. It delivers what the Server has put into the queue. */
@Module({})
export class WorkerModule {
  /**
   * The module with the settings of this environment.
   *
   * @throws Error when the environment names no queue
   */
  static register(env: NodeJS.ProcessEnv): DynamicModule {
    const queue = mailQueueOptions(env);
    if (!queue)
      throw new Error(
        `Set ${QUEUE_CONNECTION} to redis://… or postgres://…, as for the Server: there is no queue`,
      );
    return {
      module: WorkerModule,
      imports: [
        configuration(SETTINGS, env),
        MailQueueWorkerModule.forRootAsync({
          inject: [ConfigService],
          useFactory: (config: ConfigService) => ({
            ...queue,
            settings: config.getOrThrow<MailSettingsInput>('MailSettings'),
          }),
        }),
      ],
    };
  }
}
