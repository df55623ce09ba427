import { Injectable, Logger } from '@nestjs/common';
import { MailError, MailService } from 'nest-mailroom';
import type { MailTemplateContext, MailTemplateName, TemplateMailMessage } from 'nest-mailroom';
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
  async notify<Name extends MailTemplateName>(
    person: Person,
    template: Name,
    context: Omit<MailTemplateContext<Name>, 'displayName'>,
  ): Promise<MailOutcome> {
    const outcome = await this.#send(person, template, context);
    this.outbox.add(outcome);
    return outcome;
  }

  async #send(person: Person, template: MailTemplateName, context: object): Promise<MailOutcome> {
    const base = { template, person: person.login, culture: person.language };
    try {
      const { status, messageId, accepted, dropped } = await this.mail.send({
        to: { name: person.displayName, address: person.mail },
        template,
        context: { displayName: person.displayName, ...context },
        culture: person.language,
      } as TemplateMailMessage);
      return { ...base, status, messageId, accepted, dropped };
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      this.#logger.warn(`${template} for ${person.login} failed: ${error.code} ${error.message}`);
      return { ...base, status: 'failed', accepted: [], dropped: [], problem: error.message };
    }
  }
}
