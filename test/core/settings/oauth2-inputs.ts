import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { problemsOf, SMTP } from './settings-problems.js';

/** A secret of an application. */
export const SECRET = 'hunter2-geheim';

/** A token endpoint. */
export const TOKEN = 'https://login.contoso.com/oauth2/token';

/** The least that signs in to Exchange Online. */
export const TENANT = {
  TenantId: 'contoso.onmicrosoft.com',
  ClientId: 'app',
  ClientSecret: SECRET,
} as const;

/** Settings that sign in by a token. */
export function withOAuth2(OAuth2: unknown): Record<string, unknown> {
  return { ...SMTP, Username: 'no-reply@contoso.com', OAuth2 };
}

/** The problems of settings, as pairs of key and words. */
export function oAuth2Problems(input: MailSettingsInput): (readonly [key: string, message: string])[] {
  return problemsOf(input).map(({ key, message }) => [key, message] as const);
}
