import { Controller, Get } from '@nestjs/common';
import type { MailOutcome } from './mail-outcome.js';
import { Outbox } from './outbox.js';

/** What became of the last notifications. */
@Controller('outbox')
export class OutboxController {
  constructor(private readonly outbox: Outbox) {}

  /** The newest first. */
  @Get()
  list(): readonly MailOutcome[] {
    return this.outbox.list();
  }
}
