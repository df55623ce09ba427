import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import type { SmtpDeliveryOptions } from '../smtp-options.js';

/** Credentials of one session, as nodemailer takes them. */
export type SessionCredentials = SMTPConnectionAuth;

/** The login of a session: the settings' user and password, or what the developer gave in code. */
export async function sessionCredentials({
  settings,
  extra,
}: SmtpDeliveryOptions): Promise<SessionCredentials> {
  const { auth } = extra;
  if (auth && /^oauth2$/i.test(auth.type ?? '')) {
    const { default: XOAuth2 } = await import('nodemailer/lib/xoauth2');
    return { user: auth.user, oauth2: new XOAuth2(auth), method: 'XOAUTH2' };
  }
  if (auth) return auth;
  return { credentials: { user: settings.username ?? '', pass: settings.password ?? '' } };
}
