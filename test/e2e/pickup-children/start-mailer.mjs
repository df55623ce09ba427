import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

/** Starts an application whose mailer, the built package, writes into a folder. */
export async function startMailer(folder, options = {}, settings = {}, levels = ['warn', 'error']) {
  const mailModule = MailModule.forRoot(
    {
      FromAddress: 'Writer <writer@contoso.com>',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder,
      ...settings,
    },
    options,
  );
  const root = { module: class Root {}, imports: [mailModule] };
  const app = await NestFactory.createApplicationContext(root, { logger: levels });
  return { mail: app.get(MailService), close: () => app.close() };
}
