import { Inject, Injectable, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { HealthIndicatorService } from '@nestjs/terminus';
import { mailServiceToken } from '../core/mail/mail.decorators.js';
import { nestCopies, twoCopies } from '../core/mail/mail.nest-copies.js';
import { MailService } from '../core/mail/mail.service.js';
import { OpenMailers } from '../core/mail/registry/open-mailers.js';
import { CheckCache } from './check-cache.js';
import { backlogFacts, reasons } from './health-facts.js';
import { impaired } from './impaired.js';
import { keptShare, overdue } from './judge-check.js';
import type { MailCheck } from './mail-check.js';
import { checkMailer } from './mail-check.js';
import type { MailHealthOptions, MailHealthTuning } from './mail-health-options.js';
import { healthTuning, readHealthOptions } from './mail-health-options.js';
import { RegistryHealth } from './registry-health.js';

/** A good result of a mailer of a registry that nobody has used since counts so many times longer: it is not to wake its server. */
const UNUSED_SHARE = 10;

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
  #registry: RegistryHealth | undefined;

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
   * usual way and the fallback can be used. Of a whole registry: `degraded` when some of its mailers fail, `down` when all do.
   * Terminus 11 knows no `degraded`; there it is `up` with `degraded: true`.
   *
   * @param key name of the result
   * @throws Error when there is no such mailer, or no registry
   * @throws RangeError when an option cannot be meant
   * @throws TypeError when an option is not known
   */
  async isHealthy<const Key extends string = 'mail'>(
    key?: Key,
    options: MailHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const read = readHealthOptions(options);
    const tuning = healthTuning(read);
    const session = this.#indicators.check((key ?? 'mail') as Key);
    if (read.registry) {
      const { status, facts } = await this.#registryHealth().look(tuning, ({ service, lifetime }) =>
        this.#checked(service, tuning, () => lifetime.limits.usedAt),
      );
      if (status === 'degraded') return impaired(session, facts);
      return status === 'down' ? session.down(facts) : session.up(facts);
    }
    const mail = read.tenant === undefined ? this.#mailer(read.mailer) : this.#tenant(read.tenant);
    if (!mail) return session.up({ open: false });
    const check = await this.#checked(mail, tuning);
    // Closed for idleness, or replaced, while it was checked.
    if (read.tenant !== undefined && this.#tenant(read.tenant) !== mail) return session.up({ open: false });
    const facts = { delivery: mail.via, ...backlogFacts(check.backlog) };
    if (check.error !== undefined) return session.down({ ...facts, ...reasons(check.error) });
    const trouble = overdue(check, tuning);
    if (trouble !== undefined) return session.down({ ...facts, message: trouble });
    if (check.degraded) return impaired(session, { ...facts, ...reasons(check.degraded) });
    return session.up(facts);
  }

  /** @param usedAt when the mailer was used last, where that is known */
  #checked(mail: MailService, tuning: MailHealthTuning, usedAt?: () => number): Promise<MailCheck> {
    return this.#cache.get(mail, {
      timeoutMs: tuning.timeoutMs,
      make: () => checkMailer(mail, tuning.timeoutMs),
      keepMs: (found, endedAt) => {
        const share = keptShare(found, tuning);
        const unused = share === 1 && usedAt !== undefined && usedAt() <= endedAt;
        return tuning.cacheMs * share * (unused ? UNUSED_SHARE : 1);
      },
    });
  }

  #openMailers(): OpenMailers {
    try {
      return this.#modules.get(OpenMailers, { strict: false });
    } catch (cause) {
      throw new Error('There is no MailerRegistry whose health could be told; import MailModule.registry()', {
        cause,
      });
    }
  }

  #registryHealth(): RegistryHealth {
    this.#registry ??= new RegistryHealth(this.#openMailers());
    return this.#registry;
  }

  /** The mailer of a key; undefined when it is not open, and so needs no server. */
  #tenant(key: string): MailService | undefined {
    return this.#openMailers().find(key)?.service;
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
