import type { Provider } from '@nestjs/common';
import { MAIL_OWN_RENDERER } from './mail.constants.js';
import type { MailModuleOptions } from './mail.module-options.js';

/** The renderer of the application, instantiated by Nest where it is a class; undefined where there is none. */
export function ownRendererProvider(renderer: MailModuleOptions['renderer']): Provider {
  return typeof renderer === 'function'
    ? { provide: MAIL_OWN_RENDERER, useClass: renderer }
    : { provide: MAIL_OWN_RENDERER, useFactory: () => renderer };
}
