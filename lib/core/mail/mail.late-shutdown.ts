import type {
  BeforeApplicationShutdown,
  InjectionToken,
  OnApplicationShutdown,
  OnModuleInit,
  Provider,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MAIL_LATE_SHUTDOWN } from './mail.constants.js';

/** What ends in good order with the application. */
export type EndsWithApplication = BeforeApplicationShutdown & OnApplicationShutdown;

/**
 * Lets what is in a module that `LazyModuleLoader` has loaded end with the application. Nest calls the hooks of the modules
 * that were there when the application started, and of no others; so until it has been told of the start, which only such
 * a module is, it has a provider in Nest's own module, whose hooks are called in either case. The hooks are called twice
 * where an application ends that was never started, and must bear that.
 */
class LateShutdown implements OnModuleInit {
  readonly #withdraw: () => void;

  /** @param modules those of the application; undefined where this package has found another copy of `@nestjs/core` */
  constructor(target: EndsWithApplication, modules: ModulesContainer | undefined) {
    const own = Symbol('MAIL_SHUTDOWN_FROM_OUTSIDE');
    const core = [...(modules?.values() ?? [])].find(({ providers }) => providers.has(ModulesContainer));
    core?.addProvider({
      provide: own,
      useValue: {
        beforeApplicationShutdown: (signal?: string): unknown => target.beforeApplicationShutdown(signal),
        onApplicationShutdown: (signal?: string): unknown => target.onApplicationShutdown(signal),
      } satisfies EndsWithApplication,
    });
    this.#withdraw = () => void core?.providers.delete(own);
  }

  /** Called by Nest when the application starts with this module. */
  onModuleInit(): void {
    this.#withdraw();
  }
}

/** Ends a provider of the module with the application, also when the module is loaded while the application runs. */
export function lateShutdown(token: InjectionToken): Provider {
  return {
    provide: MAIL_LATE_SHUTDOWN,
    useFactory: (target: EndsWithApplication, modules?: ModulesContainer) =>
      new LateShutdown(target, modules),
    inject: [token, { token: ModulesContainer, optional: true }],
  };
}
