import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AppController } from './app.controller';
import { AppService } from './app.service';
import { MailingModule } from './mailing.module';

@Module({
  imports: [MailingModule.forRoot({ directories: [join(__dirname, 'templates')] })],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
