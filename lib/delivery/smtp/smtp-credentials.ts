import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import type { Redactor } from '../../errors/redact.js';
import { createRedactor } from '../../errors/redact.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';

/** The login of a session: the settings' user and password, or what the developer gave in code. */
export async function sessionCredentials({
  settings,
  extra,
}: SmtpDeliveryOptions): Promise<SMTPConnectionAuth> {
  const { auth } = extra;
  if (auth && /^oauth2$/i.test(auth.type ?? '')) {
    const { default: XOAuth2 } = await import('nodemailer/lib/xoauth2');
    return { user: auth.user, oauth2: new XOAuth2(auth), method: 'XOAUTH2' };
  }
  if (auth) return auth;
  return { credentials: { user: settings.username ?? '', pass: settings.password ?? '' } };
}

/** Removes whatever of the credentials could stand in what a server says. */
export function credentialsRedactor({ settings, extra }: SmtpDeliveryOptions): Redactor {
  const given: Readonly<Record<string, unknown>> = { ...extra.auth };
  const nested: Readonly<Record<string, unknown>> = {
    ...(extra.auth && 'credentials' in extra.auth && extra.auth.credentials),
  };
  const user = [given['user'], nested['user'], settings.username].find(value => typeof value === 'string');
  const named = ['pass', 'clientSecret', 'refreshToken', 'accessToken', 'privateKey'];
  const secrets = [settings.password, ...named.map(name => given[name]), nested['pass']];
  return createRedactor(
    user,
    secrets.filter(secret => typeof secret === 'string'),
  );
}
