import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import { isTokenLogin } from '../login/login-way.js';
import type { OAuth2Auth } from '../login/oauth2/oauth2-auth.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';

/** Credentials of one session, as nodemailer takes them. */
export type SessionCredentials = SMTPConnectionAuth;

/** The login of a session by a mechanism that code has brought along. */
export async function sessionCredentials({
  settings,
  extra: { auth },
}: SmtpDeliveryOptions): Promise<SessionCredentials> {
  if (!auth) return { credentials: { user: settings.username ?? '', pass: settings.password ?? '' } };
  if (!isTokenLogin(auth)) return { ...auth } as SMTPConnectionAuth;
  // Of a mechanism of tokens, nodemailer calls the application's own handler only where there is a source of tokens.
  const { default: XOAuth2 } = await import('nodemailer/lib/xoauth2');
  const { user, accessToken } = auth as OAuth2Auth;
  const oauth2 = new XOAuth2({ user, ...(typeof accessToken === 'string' && { accessToken }) });
  return { ...(user !== undefined && { user }), oauth2, method: 'XOAUTH2' };
}
