import { Inject, Injectable, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { MailBacklog } from '../core/delivery/mail-delivery.js';
import { messageOf } from '../core/errors/error-facts.js';
import { MailDeliveryError } from '../core/errors/mail-delivery-error.js';
import { mailServiceToken } from '../core/mail/mail.decorators.js';
import { nestCopies, twoCopies } from '../core/mail/mail.nest-copies.js';
import { MailService } from '../core/mail/mail.service.js';
import { maskAddresses } from '../core/redaction/mask-addresses.js';
import { visible } from '../core/redaction/printable.js';
import { CheckCache } from './check-cache.js';
import { keptShare, overdue } from './judge-check.js';
import { checkMailer } from './mail-check.js';
import type { MailHealthOptions } from './mail-health-options.js';
import { healthTuning, readHealthOptions } from './mail-health-options.js';

const NO_TERMINUS =
  'MailHealthIndicator finds no HealthIndicatorService of @nestjs/terminus: import TerminusModule in the module that provides it. ' +
  'Where it is imported, there are two copies of the package: see "npm ls @nestjs/terminus".';

/**
 * Tells `@nestjs/terminus` whether mails can leave: the SMTP server can be reached and takes the login, or the pickup
 * directory can be written and is being emptied. Name it among the providers of the module that imports `TerminusModule`.
 */
@Injectable()
export class MailHealthIndicator {
  readonly #indicators: HealthIndicatorService;
  readonly #modules: ModuleRef;
  readonly #mail: MailService | undefined;
  readonly #cache = new CheckCache();

  /** @throws Error when TerminusModule is not imported, and when the application runs on another copy of Nest */
  constructor(
    @Optional() @Inject(HealthIndicatorService) indicators?: HealthIndicatorService,
    @Optional() @Inject(ModuleRef) modules?: ModuleRef,
    @Optional() @Inject(MailService) mail?: MailService,
  ) {
    // Every Nest provides it, but of its own copy.
    if (!modules) throw new Error(`MailHealthIndicator cannot work. ${twoCopies(nestCopies()[0])}`);
    if (!indicators) throw new Error(NO_TERMINUS);
    this.#indicators = indicators;
    this.#modules = modules;
    this.#mail = mail;
  }

  /**
   * Checks a mailer. `down` when mails cannot leave or wait too long, `degraded` when they can leave but only one of the
   * usual way and the fallback can be used. Terminus 11 knows no `degraded`; there it is `up` with `degraded: true`.
   *
   * @param key name of the result
   * @throws Error when there is no such mailer
   * @throws RangeError when an option cannot be meant
   * @throws TypeError when an option is not known
   */
  async isHealthy<const Key extends string = 'mail'>(
    key?: Key,
    options: MailHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const read = readHealthOptions(options);
    const tuning = healthTuning(read);
    const mail = this.#mailer(read.mailer);
    const session = this.#indicators.check((key ?? 'mail') as Key);
    const check = await this.#cache.get(mail, {
      timeoutMs: tuning.timeoutMs,
      make: () => checkMailer(mail, tuning.timeoutMs),
      keepMs: found => tuning.cacheMs * keptShare(found, tuning),
    });
    const facts = { delivery: mail.via, ...backlogFacts(check.backlog) };
    if (check.error !== undefined) return session.down({ ...facts, ...reasons(check.error) });
    const trouble = overdue(check, tuning);
    if (trouble !== undefined) return session.down({ ...facts, message: trouble });
    if (check.degraded) {
      const impaired = { ...facts, ...reasons(check.degraded) };
      // Terminus 11 knows `up` and `down` only, and mails do leave: nobody is to take the application out for that.
      if (typeof session.degraded !== 'function') return session.up({ ...impaired, degraded: true });
      return session.degraded(impaired);
    }
    return session.up(facts);
  }

  #mailer(name: string | undefined): MailService {
    return name === undefined ? this.#unnamed() : this.#named(name);
  }

  #named(name: string): MailService {
    try {
      return this.#modules.get<MailService>(mailServiceToken(name), { strict: false });
    } catch (cause) {
      throw new Error(
        `There is no mailer "${name}" whose health could be told; see the option name of MailModule`,
        { cause },
      );
    }
  }

  /** The mailer that this module can inject, or the only one without a name in the application. */
  #unnamed(): MailService {
    if (this.#mail) return this.#mail;
    const found = this.#everyMailer().filter(mail => mail.name === undefined);
    if (found[0] && found.length === 1) return found[0];
    throw new Error(
      found.length === 0
        ? 'There is no mailer without a name whose health could be told; import MailModule, or give the option mailer'
        : `There are ${found.length} mailers without a name; import the MailModule that is meant where MailHealthIndicator is provided`,
    );
  }

  #everyMailer(): MailService[] {
    try {
      return this.#modules.get<MailService, MailService>(MailService, { strict: false, each: true });
    } catch {
      return [];
    }
  }
}

function backlogFacts(backlog: MailBacklog | undefined): Record<string, number> {
  if (!backlog) return {};
  const { count, oldestAgeMs, deferred } = backlog;
  return {
    backlog: count,
    ...(oldestAgeMs !== undefined && { oldestAgeMs }),
    ...(deferred !== undefined && { deferred }),
  };
}

/** The reason for a health report, which others than administrators may read: addresses are masked, transcripts left out. */
function reasons(error: unknown): Record<string, unknown> {
  const message = visible(maskAddresses(messageOf(error)));
  if (!(error instanceof MailDeliveryError)) return { message };
  return { message, code: error.code, phase: error.phase, retryable: error.retryable };
}
