import type { MailRegistryOptions, MailSettings } from 'nest-mailroom';
import { MailerRegistry, MailModule } from 'nest-mailroom';
import type { MailApp } from './mail-app.js';
import type { MailBench } from './mail-bench.js';

/** A running application with a registry of mailers. */
export interface RegistryApp extends Omit<MailApp, 'mail'> {
  readonly registry: MailerRegistry;
}

/** Starts an application with a registry. Start errors reject. */
export async function registryApp(bench: MailBench, options?: MailRegistryOptions): Promise<RegistryApp> {
  const { app, logger, close } = await bench.appOf(MailModule.registry(options));
  return { app, logger, close, registry: app.get(MailerRegistry) };
}

/** Settings that send to a server of this machine in clear. */
export function settingsFor(
  { host = '127.0.0.1', port }: { readonly host?: string; readonly port: number },
  more: MailSettings = {},
): MailSettings {
  return { Host: host, Port: port, FromAddress: 'a@example.com', ...more };
}

/** A mail whose subject tells it from others. */
export function mailOf(subject: string): { to: string; subject: string; text: string } {
  return { to: 'ann@example.com', subject, text: 'x' };
}

/** The subjects of what a server has taken, sorted. */
export function subjectsOf({
  messages,
}: {
  readonly messages: readonly { readonly raw: Buffer }[];
}): string[] {
  return messages.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? '?').toSorted();
}
