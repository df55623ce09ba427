import type { DynamicModule } from '@nestjs/common';
import type { MailModuleOptions, MailSettingsInput } from 'nest-mailroom';
import { MailModule, MailService } from 'nest-mailroom';
import type { NestApp } from './nest-app.js';
import { startNestApp } from './nest-app.js';

/** A running application with one mailer. */
export interface MailApp extends NestApp {
  readonly mail: MailService;
}

/** Starts an application context that imports the given modules. Start errors reject. */
export async function startApp(...imports: (DynamicModule | Promise<DynamicModule>)[]): Promise<MailApp> {
  const started = await startNestApp(...imports);
  return {
    ...started,
    // Only when it is asked for: there may be mailers with names alone.
    get mail() {
      return started.app.get(MailService, { strict: false });
    },
  };
}

/** Starts an application context with one mailer. */
export function startMailApp(settings: MailSettingsInput, options?: MailModuleOptions): Promise<MailApp> {
  return startApp(MailModule.forRoot(settings, options));
}
