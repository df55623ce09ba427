import type { InjectionToken, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Concealed } from '../redaction/concealed.js';
import { logText } from '../redaction/log-text.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { MAIL_OPTIONS, MAIL_SETTINGS } from './mail.constants.js';
import { mailServiceToken } from './mail.decorators.js';
import type { MailModuleOptions } from './mail.module-options.js';

type NestModule = ReturnType<ModulesContainer['get']> & object;

/** One mailer of the application. */
interface FoundMailer {
  readonly module: NestModule;
  readonly name: string | undefined;
  readonly token: InjectionToken;
  readonly settings: ResolvedMailSettings;
}

/**
 * Tells when the application has several mailers that are injected alike: Nest takes one of them without a word. Mailers
 * with `isGlobal: false` in modules of their own are meant so.
 */
@Injectable()
export class DuplicateMailerCheck implements OnModuleInit {
  readonly #modules: ReadonlyMap<string, NestModule>;

  /**
   * @param modules those of the application. @default none: where this package has found another copy of `@nestjs/core`
   * than the application runs on, nobody provides this copy's class, and nothing is checked
   */
  constructor(@Optional() @Inject(ModulesContainer) modules?: ModulesContainer) {
    this.#modules = modules ?? new Map<string, NestModule>();
  }

  /** Called by Nest, for each mailer; the first of those that are alike tells. */
  onModuleInit(): void {
    const mailers = this.#mailers();
    const self = mailers.find(({ module }) => module.providers.get(DuplicateMailerCheck)?.instance === this);
    if (!self) return;
    const alike = mailers.filter(({ token }) => token === self.token);
    if (alike.length < 2) return;
    const group = this.#ambiguous(alike);
    if (group[0] === self) new Logger('MailModule').warn(warning(group));
  }

  #mailers(): FoundMailer[] {
    return [...this.#modules.values()].flatMap(module => {
      const options = (
        module.providers.get(MAIL_OPTIONS)?.instance as Concealed<MailModuleOptions> | undefined
      )?.reveal();
      const settings = module.providers.get(MAIL_SETTINGS)?.instance as ResolvedMailSettings | undefined;
      if (!options || !settings) return [];
      return [{ module, name: options.name, token: mailServiceToken(options.name), settings }];
    });
  }

  /** Those that a module could not tell apart: global ones, and several that one module imports. */
  #ambiguous(alike: readonly FoundMailer[]): FoundMailer[] {
    const global = alike.filter(({ module }) => module.isGlobal);
    const confused = new Set(global.length > 1 ? global : []);
    for (const module of this.#modules.values()) {
      const seen = visibleIn(module);
      const own = alike.filter(mailer => !mailer.module.isGlobal && seen.has(mailer.module));
      if (own.length > 1) for (const mailer of own) confused.add(mailer);
    }
    return alike.filter(mailer => confused.has(mailer));
  }
}

/** The modules whose exports a module can inject: those that it imports, and what these export again. */
function visibleIn(module: NestModule): ReadonlySet<NestModule> {
  const seen = new Set<NestModule>(module.imports);
  // A set that grows is walked to its end.
  for (const one of seen)
    for (const further of one.imports) if (one.exports.has(further.metatype)) seen.add(further);
  return seen;
}

function warning(group: readonly FoundMailer[]): string {
  const name = group[0]?.name;
  const which = group.map(({ settings }) => described(settings)).join(', ');
  const [called, injected, advice] =
    name === undefined
      ? ['without a name', 'MailService', 'give all but one a name of its own']
      : [
          `with the name "${logText(name)}"`,
          `@InjectMail('${logText(name)}')`,
          'give each a name of its own',
        ];
  return (
    `There are ${group.length} mailers ${called} (${which}): ${injected} is one of them, and the order of imports decides which. ` +
    `Import MailModule once, or ${advice}: MailModule.forRoot(settings, { name: 'alerts' }), injected by @InjectMail('alerts').`
  );
}

function described({ enabled, delivery, host, port, pickupDirectory }: ResolvedMailSettings): string {
  if (!enabled) return 'switched off';
  if (delivery === 'pickup') return `the folder ${logText(pickupDirectory)}`;
  return host === undefined ? 'a delivery of its own' : `${logText(host)}:${port}`;
}
