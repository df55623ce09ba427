import { Module } from '@nestjs/common';
import { templates } from './mail-templates.js';
import { MailingModule } from './mailing.module.js';

@Module({ imports: [MailingModule.forRoot({ sources: templates })] })
export class AppModule {}
