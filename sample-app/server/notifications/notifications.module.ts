import { Global, Module } from '@nestjs/common';
import { Answers } from './answers.js';
import { Notices } from './notices.js';
import { Notifier } from './notifier.js';
import { OutboxController } from './outbox.controller.js';
import { Outbox } from './outbox.js';
import { PublicAddress } from './public-address.js';

/** Everything that tells people something; every part of the domain uses it. */
@Global()
@Module({
  controllers: [OutboxController],
  providers: [Answers, Notices, Notifier, Outbox, PublicAddress],
  exports: [Answers, Notices, Notifier, Outbox, PublicAddress],
})
export class NotificationsModule {}
