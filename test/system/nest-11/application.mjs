// An application that is put beside packages of its own; its arguments are a pickup directory and what it imports beside the mailer.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const [folder, part] = process.argv.slice(2);
const settings = { UseSpecifiedPickupDirectory: true, PickupDirectory: folder, FromAddress: 'a@contoso.com' };

async function mailer() {
  if (part !== 'config') return [MailModule.forRoot(settings)];
  const { ConfigModule } = await import('@nestjs/config');
  const load = [() => ({ MailSettings: settings })];
  return [ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load }), MailModule.fromConfig()];
}

async function beside() {
  if (part === 'preview') {
    const { MailPreviewModule } = await import('nest-mailroom/preview');
    return { imports: [MailPreviewModule.forRoot()] };
  }
  if (part !== 'health') return {};
  const { TerminusModule } = await import('@nestjs/terminus');
  const { MailHealthIndicator } = await import('nest-mailroom/health');
  return { imports: [TerminusModule], providers: [MailHealthIndicator] };
}

class Root {}
const { imports = [], providers = [] } = await beside();
Module({ imports: [...(await mailer()), ...imports], providers })(Root);
try {
  // Its own logger is silent: whatever is printed has not passed it.
  const app = await NestFactory.create(Root, { logger: false, abortOnError: false });
  await app.init();
  const message = { to: 'b@contoso.com', subject: 's', text: 't' };
  const { status } = await app.get(MailService, { strict: false }).send(message);
  await app.close();
  console.log(`status: ${status}`);
} catch (error) {
  console.log(`not started: ${error.message}`);
}
