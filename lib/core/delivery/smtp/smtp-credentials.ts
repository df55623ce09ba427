import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import type { Redactor } from '../../redaction/redact.js';
import { createRedactor } from '../../redaction/redact.js';
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

/** The mechanisms by which nodemailer can hand over a password. */
const FOR_PASSWORDS: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'CRAM-MD5']);

/**
 * Why a server cannot be given the password; undefined when it can. nodemailer would hand it over by PLAIN, unasked.
 *
 * @param offered the mechanisms that the server offers, in capitals
 */
export function mechanismMissing(
  { extra: { auth } }: SmtpDeliveryOptions,
  offered: readonly string[],
): string | undefined {
  // Tokens, or what the developer has chosen.
  if (auth && (/^oauth2$/i.test(auth.type ?? '') || ('method' in auth && auth.method))) return undefined;
  // A server that does not say which may know any of them.
  if (offered.length === 0 || offered.some(name => FOR_PASSWORDS.has(name))) return undefined;
  return `offers no authentication by a password (it offers ${[...new Set(offered)].join(', ')}); the password was not sent`;
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
