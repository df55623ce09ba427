import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';
import { AppService } from './app.service.js';
import { MailingModule } from './mailing.module.js';

@Module({
  imports: [MailingModule.forRoot({ directories: [join(import.meta.dirname, 'templates')] })],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
