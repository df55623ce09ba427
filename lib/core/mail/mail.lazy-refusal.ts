import type { InjectionToken, Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

type NestModule = ReturnType<ModulesContainer['get']> & object;

/** A module that works by the lifecycle hooks of its providers. */
export interface HookedModule {
  /** What it is called in the error. */
  readonly name: string;
  /** A provider that only this module has. */
  readonly token: InjectionToken;
  /** What would become of it without the hooks: `the relay would never start`. */
  readonly harm: string;
}

/**
 * Refuses the module that it is a provider of when `LazyModuleLoader` loads it: Nest calls none of its hooks, so it would do
 * nothing, without a word. The error says what to do instead.
 */
export function lazyRefusal(hooked: HookedModule): Provider {
  return {
    provide: Symbol('MAIL_LAZY_REFUSAL'),
    useFactory: (modules?: ModulesContainer) => refuseLate(hooked, [...(modules?.values() ?? [])]),
    // Not there where this package has found another copy of Nest than the application runs on.
    inject: [{ token: ModulesContainer, optional: true }],
  };
}

/** What an application starts with is imported by its root, directly or by others; nobody there imports what is loaded later. */
function refuseLate({ name, token, harm }: HookedModule, all: readonly NestModule[]): void {
  const root = all.find(({ providers }) => !providers.has(ModulesContainer));
  const known = new Set<NestModule>(root && [root]);
  // A set that grows is walked to its end.
  for (const one of known) for (const imported of one.imports) known.add(imported);
  if (all.every(module => known.has(module) || !module.providers.has(token))) return;
  throw new Error(
    `${name} cannot be loaded by LazyModuleLoader, which calls no lifecycle hooks: ${harm}. ` +
      'Import it in a module that the application starts with, such as its AppModule.',
  );
}
