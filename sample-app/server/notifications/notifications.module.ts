import { Global, Module } from '@nestjs/common';
import { Notifier } from './notifier.js';
import { OutboxController } from './outbox.controller.js';
import { Outbox } from './outbox.js';
import { PublicAddress } from './public-address.js';

/** Everything that tells people something; every part of the domain uses it. */
@Global()
@Module({
  controllers: [OutboxController],
  providers: [Notifier, Outbox, PublicAddress],
  exports: [Notifier, Outbox, PublicAddress],
})
export class NotificationsModule {}
