import type { OnModuleInit } from '@nestjs/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

type NestModule = ReturnType<ModulesContainer['get']> & object;

/**
 * Refuses several queues that are injected alike: Nest would take one of them without a word, and mails would go into the
 * wrong one.
 */
@Injectable()
export class SingleQueueCheck implements OnModuleInit {
  readonly #modules: ReadonlyMap<string, NestModule>;

  /** @param modules those of the application. @default none: where this package has found another copy of `@nestjs/core` */
  constructor(@Optional() @Inject(ModulesContainer) modules?: ModulesContainer) {
    this.#modules = modules ?? new Map<string, NestModule>();
  }

  /** Called by Nest. */
  onModuleInit(): void {
    const modules = [...this.#modules.values()];
    const global = modules.filter(module => module.isGlobal && module.providers.has(SingleQueueCheck));
    if (global.length < 2) return;
    throw new Error(
      `MailQueueModule is imported ${global.length} times: MailQueueDelivery and MailQueue would be those of one of them, and the order of imports would decide which. ` +
        "Import it once. A further queue is for a mailer of its own, and stands among the imports of that one: MailModule.forRoot(settings, { name: 'alerts', delivery: MailQueueDelivery, imports: [MailQueueModule.forRoot({ connection, name: 'alerts' }, { isGlobal: false })] }).",
    );
  }
}
