import type { Provider } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { MailDelivery } from '../../delivery/mail-delivery.js';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { MailSettingsError } from '../../errors/mail-settings-error.js';
import { Concealed } from '../../redaction/concealed.js';
import type { MailHook } from '../../sending/mail-hook.js';
import type { MailObserver } from '../../sending/mail-observer.js';
import { SHUTDOWN_TIMEOUT_MS } from '../../sending/mailer-lifetime.js';
import type { BuiltInTemplates } from '../../templates/files/built-in-templates.js';
import type { TemplateRenderer } from '../../templates/template-renderer.js';
import {
  MAIL_HOOKS,
  MAIL_INTERCEPTOR,
  MAIL_OBSERVERS,
  MAIL_OWN_RENDERER,
  MAIL_REGISTRY_OPTIONS,
  MAIL_REGISTRY_RENDERER,
} from '../mail.constants.js';
import { askedFirst, createRenderer } from '../mail.create-renderer.js';
import { lateShutdown } from '../mail.late-shutdown.js';
import { observersProvider } from '../mail.observers-provider.js';
import { checkedHooks, checkedRenderer } from '../mail.own-classes.js';
import { ownRendererProvider } from '../mail.own-renderer-provider.js';
import type { MailRegistryOptions } from './mailer-registry-options.js';
import { MailerRegistry } from './mailer-registry.js';
import { OpenMailers } from './open-mailers.js';

/** The templates of a registry: those of the mailers that bring none of their own, and the built-in ones, which all share. */
interface RegistryTemplates {
  readonly renderer: TemplateRenderer;
  readonly ownRenderer: TemplateRenderer | undefined;
  readonly builtIn: BuiltInTemplates;
}

/**
 * Everything that a registry of mailers is made of.
 *
 * @param problems what is wrong with the options, which stops the start
 */
export function registryProviders(
  options: MailRegistryOptions,
  problems: readonly MailSettingsProblem[],
): Provider[] {
  const hooks = options.hooks ?? [];
  return [
    {
      // A factory and not a value: options may hold secrets, and modules get printed.
      provide: MAIL_REGISTRY_OPTIONS,
      useFactory: (modules?: ModulesContainer) => {
        if (problems.length > 0)
          throw new MailSettingsError(
            problems.map(({ key, message }) => ({ key: `registry.${key}`, message })),
          );
        checkOnly(modules);
        return new Concealed(options);
      },
      inject: [{ token: ModulesContainer, optional: true }],
    },
    ...hooks,
    {
      provide: MAIL_HOOKS,
      useFactory: (_options: Concealed<MailRegistryOptions>, ...instances: MailHook[]) =>
        checkedHooks(instances, undefined),
      inject: [MAIL_REGISTRY_OPTIONS, ...hooks],
    },
    observersProvider(),
    ownRendererProvider(options.renderer),
    {
      provide: MAIL_REGISTRY_RENDERER,
      useFactory: async (checked: Concealed<MailRegistryOptions>, ownRenderer?: TemplateRenderer) => {
        // Imported by those alone who have a registry.
        const { BuiltInTemplates: Shared } = await import('../../templates/files/built-in-templates.js');
        const builtIn = new Shared();
        const registry = checked.reveal();
        const own = ownRenderer && checkedRenderer(ownRenderer, undefined);
        const renderer = askedFirst(own, await createRenderer(registry, {}, { builtIn }), registry);
        return new Concealed<RegistryTemplates>({ builtIn, renderer, ownRenderer });
      },
      inject: [MAIL_REGISTRY_OPTIONS, MAIL_OWN_RENDERER],
    },
    {
      provide: OpenMailers,
      useFactory: (checked: Concealed<MailRegistryOptions>) => {
        const { idleMs = 600_000, maxOpen = 500, shutdownTimeoutMs = SHUTDOWN_TIMEOUT_MS } = checked.reveal();
        return new OpenMailers({ idleMs, maxOpen, graceMs: shutdownTimeoutMs });
      },
      inject: [MAIL_REGISTRY_OPTIONS],
    },
    {
      provide: MailerRegistry,
      useFactory: async (
        mailers: OpenMailers,
        templates: Concealed<RegistryTemplates>,
        made: readonly MailHook[],
        observers: MailObserver[],
        modules: ModuleRef,
        interceptor?: MailDelivery,
      ) => {
        const shared = templates.reveal();
        const { MailerMaker } = await import('./mailer-maker.js');
        const maker = new MailerMaker({ options, hooks: made, observers, interceptor, modules, ...shared });
        return new MailerRegistry(mailers, maker, shared.renderer);
      },
      inject: [
        OpenMailers,
        MAIL_REGISTRY_RENDERER,
        MAIL_HOOKS,
        MAIL_OBSERVERS,
        ModuleRef,
        { token: MAIL_INTERCEPTOR, optional: true },
      ],
    },
    lateShutdown(MailerRegistry),
  ];
}

/** Two registries would be injected alike, and Nest takes one of them without a word. */
function checkOnly(modules: ModulesContainer | undefined): void {
  const count = [...(modules?.values() ?? [])].filter(({ providers }) =>
    providers.has(MailerRegistry),
  ).length;
  if (count > 1) {
    throw new Error(
      `MailModule.registry() is imported ${count} times, which makes as many registries. Import it once: every module can inject its MailerRegistry, and open() takes options for each mailer.`,
    );
  }
}
