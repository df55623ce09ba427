import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { MailingModule } from './mailing.module';

// The build copies the templates beside this file.
const directory = join(__dirname, 'templates');

@Module({ imports: [MailingModule.forRoot({ directories: [directory] })] })
export class AppModule {}
