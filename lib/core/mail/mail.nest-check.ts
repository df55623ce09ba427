import { Inject, Injectable, Logger, Module, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { differ, nestCopies, tooOld, twoCopies } from './mail.nest-copies.js';

/**
 * Tells at the start when the application runs on another copy of Nest than this package imports, or on one that is too
 * old. Mails can be sent all the same, so it only warns; what cannot work then stops the start itself.
 */
@Injectable()
export class NestCheck {
  /** @param modules those of the application. @default none: nobody provides this copy's class in another copy of Nest */
  constructor(@Optional() @Inject(ModulesContainer) modules?: ModulesContainer) {
    const [core, common] = nestCopies();
    const logger = new Logger('MailModule');
    const old = tooOld(core);
    if (old !== undefined) logger.warn(old);
    // Where a core that is the same seems to lie in two places, a hook resolves imports in ways that are not seen here.
    const sameCore = modules !== undefined;
    const otherLog = differ(common) && !(sameCore && differ(core));
    if (sameCore && !otherLog) return;
    const log = otherLog
      ? ', but what is logged about them does not reach the logger of the application'
      : '';
    const broken = !sameCore
      ? '; MailHealthIndicator and MailPreviewModule cannot work, and MailModule.fromConfig() may not find the configuration'
      : '';
    logger.warn(`${twoCopies(sameCore ? common : core)} Mails are sent${log}${broken}.`);
  }
}

/** Of a module without options Nest makes one for an application, however many mailers there are. */
@Module({ providers: [NestCheck] })
export class NestCheckModule {}
