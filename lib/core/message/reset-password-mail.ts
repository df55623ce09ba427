import { MailMessageError } from '../errors/mail-message-error.js';
import type { ResolvedPasswordResetSettings } from '../settings/resolved-mail-settings.js';
import { isLoopbackHost } from '../settings/tls-mode.js';
import { linkSecrets } from './link-secrets.js';
import type { MailboxList } from './mail-message.js';

/** A request for a reset-password mail: to whom, and either the token or the whole link. */
export interface ResetPasswordMail {
  /** Who asked for the reset. */
  to: MailboxList;
  /** Name to greet. */
  displayName: string;
  /** Token that the link carries; appended, URL-encoded, to the setting `ResetConfirmationUri`. */
  token?: string;
  /** The whole link, instead of a token: absolute http(s). */
  resetUrl?: string;
  /** Login shown in the mail. */
  login?: string;
  /** Language. @default the setting `Cultures`, one mail holding each in order */
  culture?: string;
  /** Until when the link works. @default now plus the setting `ValidFor` (3 hours) */
  expiresAt?: Date | string;
  /** Name of the application. @default the option `brand` */
  applicationName?: string;
  /** Address of the application. @default the setting `ApplicationUri` */
  applicationUri?: string;
}

/** The variables of the built-in template `reset-password`. */
export interface ResetPasswordContext {
  displayName: string;
  login?: string;
  resetUrl: string;
  expiresAt: Date;
  applicationName?: string;
  applicationUri?: string;
}

const THREE_HOURS = 10_800;
const FIELDS: ReadonlySet<string> = new Set([
  'to',
  'displayName',
  'token',
  'resetUrl',
  'login',
  'culture',
  'expiresAt',
  'applicationName',
  'applicationUri',
]);

/**
 * Checks a request and makes the template's variables of it. The link never stands in an error, since it is a secret.
 *
 * @throws {@link MailMessageError} `EMAILRESETLINK` for a link that cannot be made, is unsafe, or has expired
 */
export function resetPasswordContext(
  request: ResetPasswordMail,
  settings: ResolvedPasswordResetSettings | undefined,
  now = Date.now(),
): ResetPasswordContext {
  const unknown = Object.keys(request).find(name => !FIELDS.has(name));
  if (unknown !== undefined)
    throw new MailMessageError('EMAILMESSAGE', unknown, 'is not a field of a reset-password mail');
  if (typeof request.displayName !== 'string' || request.displayName.trim() === '') {
    throw new MailMessageError(
      'EMAILMESSAGE',
      'displayName',
      'is missing; give the name of the person to greet',
    );
  }
  const applicationUri = request.applicationUri ?? settings?.applicationUri;
  return {
    displayName: request.displayName,
    resetUrl: resetLink(request, settings?.resetConfirmationUri),
    expiresAt: expiry(request.expiresAt, settings?.validFor ?? THREE_HOURS, now),
    ...(request.login !== undefined && { login: request.login }),
    ...(request.applicationName !== undefined && { applicationName: request.applicationName }),
    ...(applicationUri !== undefined && { applicationUri }),
  };
}

/** What of a reset mail no error or log may show: the token in every form that the link has it in. */
export function resetSecrets({ token }: Pick<ResetPasswordMail, 'token'>, link: string): string[] {
  return [...new Set([...linkSecrets(link), ...(token === undefined ? [] : [token])])];
}

/** Whether a link goes over plain http to another machine, where others can read the token. */
export function isExposedLink(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopbackHost(hostname.replace(/^\[|\]$/g, ''));
}

function resetLink({ token, resetUrl }: ResetPasswordMail, base: string | undefined): string {
  if ((token === undefined) === (resetUrl === undefined)) {
    throw new MailMessageError(
      'EMAILRESETLINK',
      token === undefined ? 'token' : 'resetUrl',
      token === undefined
        ? 'is missing; give either token or resetUrl'
        : 'is given together with token; give one of them',
    );
  }
  if (resetUrl !== undefined) return checkLink('resetUrl', resetUrl);
  if (typeof token !== 'string' || token === '')
    throw new MailMessageError('EMAILRESETLINK', 'token', 'is empty');
  if (base === undefined) {
    throw new MailMessageError(
      'EMAILRESETLINK',
      'token',
      'needs the setting ResetConfirmationUri (TwoFactorSettings), to which it is appended',
    );
  }
  // A lone surrogate cannot be URL-encoded.
  if (/\p{Cs}/u.test(token)) throw new MailMessageError('EMAILRESETLINK', 'token', 'is no valid text');
  return checkLink('token', `${base}${encodeURIComponent(token)}`);
}

function checkLink(field: string, link: unknown): string {
  const absolute =
    typeof link === 'string' && /^https?:\/\/[^\s\p{Cc}\p{Cf}]+$/iu.test(link) && URL.canParse(link);
  if (!absolute)
    throw new MailMessageError('EMAILRESETLINK', field, 'does not make an absolute http(s) link');
  return link;
}

function expiry(given: Date | string | undefined, validFor: number, now: number): Date {
  const date = given === undefined ? new Date(now + validFor * 1000) : new Date(given);
  if (Number.isNaN(date.getTime()))
    throw new MailMessageError('EMAILMESSAGE', 'expiresAt', 'is no date', { value: given });
  if (date.getTime() <= now) {
    throw new MailMessageError(
      'EMAILRESETLINK',
      'expiresAt',
      `has passed (${date.toISOString()}); nothing was sent`,
    );
  }
  return date;
}
