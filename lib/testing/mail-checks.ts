import { printable } from '../core/redaction/printable.js';
import { addressCheck } from './address-check.js';
import { alternativeCheck } from './alternative-check.js';
import { attachmentCheck } from './attachment-check.js';
import type { SentMail } from './caught-mail.js';
import { functionText } from './display-text.js';
import { dsnCheck } from './dsn-check.js';
import type { FieldCheck } from './field-check.js';
import { isFields, refuseUnknownKeys } from './known-keys.js';
import type { MailCriteria, MailMatcher } from './mail-criteria.js';
import { isMatch } from './matcher-function.js';
import { someTextCheck, textCheck } from './text-check.js';
import { unsubscribeCheck } from './unsubscribe-check.js';

type Given<K extends keyof MailCriteria> = Exclude<MailCriteria[K], undefined>;
type CheckMaker<K extends keyof MailCriteria> = (criterion: Given<K>) => FieldCheck[];

/** How each criterion is checked, in the order in which differences are reported. */
const MAKERS: { readonly [K in keyof Required<MailCriteria>]: CheckMaker<K> } = {
  to: criterion => [addressCheck('to', criterion, mail => mail.to)],
  cc: criterion => [addressCheck('cc', criterion, mail => mail.cc)],
  bcc: criterion => [addressCheck('bcc', criterion, mail => mail.bcc.map(address => ({ address })))],
  from: criterion => [addressCheck('from', criterion, mail => (mail.from ? [mail.from] : []))],
  replyTo: criterion => [addressCheck('replyTo', criterion, mail => mail.replyTo)],
  subject: criterion => [textCheck('subject', criterion, 'whole', mail => mail.subject)],
  template: criterion => [textCheck('template', criterion, 'whole', mail => mail.template)],
  culture: criterion => [textCheck('culture', criterion, 'whole', mail => mail.culture)],
  mailer: criterion => [textCheck('mailer', criterion, 'whole', mail => mail.mailer ?? '')],
  text: criterion => [textCheck('text', criterion, 'part', mail => mail.text)],
  html: criterion => [textCheck('html', criterion, 'part', mail => mail.html)],
  link: criterion => [someTextCheck('link', criterion, 'part', mail => mail.links)],
  attachment: criterion => [attachmentCheck(criterion)],
  alternative: criterion => [alternativeCheck(criterion)],
  envelopeFrom: criterion => [
    addressCheck('envelopeFrom', criterion ?? [], ({ envelope: { from } }) =>
      from === '' ? [] : [{ address: from }],
    ),
  ],
  dsn: criterion => [dsnCheck(criterion)],
  unsubscribe: criterion => [unsubscribeCheck(criterion)],
  header: criterion =>
    Object.entries(checkedHeader(criterion)).map(([name, wanted]) =>
      someTextCheck(`header ${name}`, wanted, 'whole', mail =>
        mail.headers
          .filter(field => field.name.toLowerCase() === name.toLowerCase())
          .map(field => field.value),
      ),
    ),
};
const KEYS = Object.keys(MAKERS);

/**
 * The checks that a mail must pass.
 *
 * @param where name of the method that was given the matcher
 * @throws TypeError for a criterion that is not known, or that cannot be one
 */
export function mailChecks(where: string, matcher: MailMatcher): readonly FieldCheck[] {
  if (typeof matcher === 'function') return [functionCheck(matcher)];
  if (!isFields(matcher))
    throw new TypeError(`${where}: give criteria or a function, not ${printable(matcher)}`);
  refuseUnknownKeys(where, matcher, KEYS);
  const fields = Object.entries(matcher);
  if (fields.length > 0 && fields.every(([, wanted]) => wanted === undefined))
    throw new TypeError(
      `${where}: ${fields.map(([key]) => key).join(', ')} ${fields.length === 1 ? 'is' : 'are'} undefined, which every mail would match; give {} when that is meant.`,
    );
  return Object.keys(MAKERS).flatMap(key => checksFor(key as keyof MailCriteria, matcher));
}

/** Whether a mail passes every check. */
export function passes(mail: SentMail, checks: readonly FieldCheck[]): boolean {
  return checks.every(check => check.compare(mail) === undefined);
}

function checksFor<K extends keyof MailCriteria>(key: K, criteria: MailCriteria): FieldCheck[] {
  const criterion: MailCriteria[K] | undefined = criteria[key];
  // As with a field that was left out: conditions in a test are written so.
  if (criterion === undefined) return [];
  const make: CheckMaker<K> = MAKERS[key];
  return make(criterion as Given<K>);
}

function functionCheck(matches: (mail: SentMail) => boolean): FieldCheck {
  return {
    field: 'function',
    wanted: functionText(matches),
    compare: mail => (isMatch(matches, mail) ? undefined : { was: 'no', similarity: 0 }),
  };
}

function checkedHeader(header: NonNullable<MailCriteria['header']>): NonNullable<MailCriteria['header']> {
  if (!isFields(header))
    throw new TypeError(
      `header must be an object such as { 'X-Campaign': 'spring' }, not ${printable(header)}`,
    );
  return header;
}
