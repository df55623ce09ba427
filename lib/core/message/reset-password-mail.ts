import { isDate } from 'node:util/types';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { ResolvedPasswordResetSettings } from '../settings/resolved-mail-settings.js';
import { isLoopbackHost } from '../settings/tls-mode.js';
import { isSafeUrl, unsafeUrlProblem } from '../templates/helpers/link.js';
import { linkSecrets } from './link-secrets.js';
import type { MailboxList, TemplateMailMessageBase } from './mail-message.js';
import { BUILT_IN_MAIL_FIELDS } from './message-fields.js';
import { MESSAGE_LIMITS } from './message-limits.js';
import type { FieldPlace } from './plain-values.js';
import { grouped, guarded, plainFields, plainText } from './plain-values.js';

/** A request for a reset-password mail: to whom, either the token or the whole link, and whatever else a message may say. */
export interface ResetPasswordMail extends Omit<TemplateMailMessageBase, 'html'> {
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
  /** Language; null for the default culture. @default the setting `Cultures`, one mail holding each in order */
  culture?: string | null;
  /** Until when the link works. @default now plus the setting `ValidFor` (3 hours) */
  expiresAt?: Date | string;
  /** Who asked for the reset: the person or an administrator; the mail's words follow it. @default 'user' */
  requestedBy?: 'user' | 'administrator';
  /** From where it was asked for, in words, such as an IP address or a place. @default not said */
  requestedFrom?: string;
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
  requestedBy?: 'user' | 'administrator';
  requestedFrom?: string;
  applicationName?: string;
  applicationUri?: string;
}

const THREE_HOURS = 10_800;
/** A field that the mail has of every message, where it is read. */
type MessageField = (typeof BUILT_IN_MAIL_FIELDS)[number];
/** The fields of a request alone, and how long the text of each may be. */
const FIELDS: Readonly<Record<Exclude<keyof ResetPasswordMail, MessageField>, number>> = {
  displayName: MESSAGE_LIMITS.name,
  token: MESSAGE_LIMITS.headerOctets,
  resetUrl: MESSAGE_LIMITS.headerOctets,
  login: MESSAGE_LIMITS.name,
  expiresAt: 0,
  requestedBy: MESSAGE_LIMITS.name,
  requestedFrom: MESSAGE_LIMITS.name,
  applicationName: MESSAGE_LIMITS.name,
  applicationUri: MESSAGE_LIMITS.headerOctets,
};
const MESSAGE_FIELDS: ReadonlySet<string> = new Set(BUILT_IN_MAIL_FIELDS);
const REQUESTERS: readonly unknown[] = ['user', 'administrator'];
const SECRET_FIELDS: readonly string[] = ['token', 'resetUrl'];
/** Characters of a date in words or as ISO 8601 writes it. */
const LONGEST_DATE = 100;
const PLACE: FieldPlace = { field: 'request', code: 'EMAILMESSAGE', secret: true };

/**
 * Reads each field of a request once, into plain data, those of every message as they are. What is null of the others is not
 * given.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` for what is no request, a field that is not known, one that is no text or too
 *   long, and an address of the application that is no safe link
 */
export function readResetPasswordMail(request: unknown): ResetPasswordMail {
  const read = plainFields(PLACE, request, { known: [...MESSAGE_FIELDS, ...Object.keys(FIELDS)] });
  if (!read) throw new MailMessageError('EMAILMESSAGE', 'request', 'must be an object', { value: request });
  for (const [name, value] of read) {
    if (MESSAGE_FIELDS.has(name)) continue;
    const most = new Map(Object.entries(FIELDS)).get(name);
    if (most === undefined)
      throw new MailMessageError(
        'EMAILMESSAGE',
        name.slice(0, 100),
        'is not a field of a reset-password mail',
      );
    if (value === null && !SECRET_FIELDS.includes(name)) read.delete(name);
    else if (most > 0) read.set(name, textOf(name, value, most));
  }
  const requester = read.get('requestedBy');
  if (requester !== undefined && !REQUESTERS.includes(requester))
    throw new MailMessageError('EMAILMESSAGE', 'requestedBy', `must be one of ${REQUESTERS.join(', ')}`, {
      value: requester,
    });
  const address = read.get('applicationUri');
  const problem = typeof address === 'string' ? unsafeUrlProblem(address) : undefined;
  if (problem !== undefined) throw new MailMessageError('EMAILMESSAGE', 'applicationUri', problem);
  const plain: object = Object.fromEntries(read);
  return plain as ResetPasswordMail;
}

function textOf(name: string, value: unknown, most: number): string {
  const place: FieldPlace = {
    field: name,
    code: SECRET_FIELDS.includes(name) ? 'EMAILRESETLINK' : 'EMAILMESSAGE',
  };
  // A lone surrogate in a token is refused: with U+FFFD in its place it would be another token.
  const text = SECRET_FIELDS.includes(name) ? value : plainText(place, value, most);
  if (typeof text !== 'string') throw new MailMessageError(place.code, name, 'must be a text');
  if (text.length > most)
    throw new MailMessageError(
      place.code,
      name,
      `is longer than the ${grouped(most)} characters that it may have`,
    );
  return text;
}

/**
 * Checks a request and makes the template's variables of it. The link never stands in an error, since it is a secret.
 *
 * @throws {@link MailMessageError} `EMAILRESETLINK` for a link that cannot be made, is unsafe, or has expired
 */
export function resetPasswordContext(
  given: ResetPasswordMail,
  settings: ResolvedPasswordResetSettings | undefined,
  now = Date.now(),
): ResetPasswordContext {
  const request = readResetPasswordMail(given);
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
    ...(request.requestedBy !== undefined && { requestedBy: request.requestedBy }),
    ...(request.requestedFrom !== undefined && { requestedFrom: request.requestedFrom }),
    ...(request.applicationName !== undefined && { applicationName: request.applicationName }),
    ...(applicationUri !== undefined && { applicationUri }),
  };
}

/** Those fields of a request that every message may have. */
export function messageFieldsOf(
  request: ResetPasswordMail,
): Partial<ResetPasswordMail> & Pick<ResetPasswordMail, 'to'> {
  const { to, ...others } = request;
  return { to, ...Object.fromEntries(Object.entries(others).filter(([name]) => MESSAGE_FIELDS.has(name))) };
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
  // The mail could not print another one.
  const absolute = typeof link === 'string' && /^https?:/i.test(link) && isSafeUrl(link);
  if (!absolute)
    throw new MailMessageError('EMAILRESETLINK', field, 'does not make an absolute http(s) link');
  return link;
}

function expiry(given: Date | string | undefined, validFor: number, now: number): Date {
  const date = given === undefined ? new Date(now + validFor * 1000) : dateOf(given);
  if (date === undefined || Number.isNaN(date.getTime()))
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

/** The point in time of a Date, a text or milliseconds; undefined for what is none of these. */
function dateOf(given: unknown): Date | undefined {
  if (typeof given === 'number') return new Date(given);
  if (typeof given === 'string') return given.length > LONGEST_DATE ? undefined : new Date(given);
  // Not its own method, which a subclass may replace.
  return isDate(given)
    ? guarded({ ...PLACE, field: 'expiresAt' }, () => new Date(Date.prototype.getTime.call(given)))
    : undefined;
}
