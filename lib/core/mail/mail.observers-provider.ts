import type { Provider } from '@nestjs/common';
import type { MailObserver } from '../sending/mail-observer.js';
import { MAIL_OBSERVERS, MAIL_PREVIEW_OBSERVER, MAIL_TEST_OBSERVER } from './mail.constants.js';

/** Those who observe the mails of an application, where there are any. */
export function observersProvider(): Provider {
  return {
    provide: MAIL_OBSERVERS,
    useFactory: (...found: (MailObserver | undefined)[]) => found.filter(one => one !== undefined),
    inject: [MAIL_TEST_OBSERVER, MAIL_PREVIEW_OBSERVER].map(token => ({ token, optional: true })),
  };
}
