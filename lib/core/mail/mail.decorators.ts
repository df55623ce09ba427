import type { InjectionToken } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import { MailService } from './mail.service.js';

/** The injection token of a mailer: the class itself for the one without a name. */
export function mailServiceToken(name?: string): InjectionToken<MailService> {
  return name === undefined ? MailService : `MailService:${name}`;
}

/** Injects a mailer by its name, or the one without a name. The parameter's type is `MailService`. */
export function InjectMail(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(mailServiceToken(name));
}
