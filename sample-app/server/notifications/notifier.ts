import { Injectable, Logger } from '@nestjs/common';
import { MailError, MailService } from 'nest-mailroom';
import type { TemplateMailMessage } from 'nest-mailroom';
import type { Person } from '../../shared/directory/person.js';
import type { MailOutcome } from './mail-outcome.js';
import { Outbox } from './outbox.js';

/** Tells people about things, each in their own language. */
@Injectable()
export class Notifier {
  readonly #logger = new Logger('Notifier');

  constructor(
    private readonly mail: MailService,
    private readonly outbox: Outbox,
  ) {}

  /** Sends one mail. A mail that cannot be sent is an outcome and no exception: what it is about has happened anyway. */
  async notify(person: Person, message: TemplateMailMessage): Promise<MailOutcome> {
    const outcome = await this.#send(person, message);
    this.outbox.add(outcome);
    return outcome;
  }

  async #send(person: Person, message: TemplateMailMessage): Promise<MailOutcome> {
    const { template } = message;
    const base = { template, person: person.login, culture: person.language };
    try {
      const { status, messageId, jobId, accepted, dropped } = await this.mail.send({
        ...message,
        to: { name: person.displayName, address: person.mail },
        culture: person.language,
      });
      return { ...base, status, messageId, ...(jobId !== undefined && { jobId }), accepted, dropped };
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      this.#logger.warn(`${template} for ${person.login} failed: ${error.code} ${error.message}`);
      return { ...base, status: 'failed', accepted: [], dropped: [], problem: error.message };
    }
  }
}
