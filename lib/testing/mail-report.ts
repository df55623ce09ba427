import { messageOf } from '../core/errors/error-facts.js';
import { visible } from '../core/redaction/printable.js';
import type { CaughtMail, FailedMail, SentMail, SuppressedMail } from './caught-mail.js';
import { counted, listed, mailboxText, quoted } from './display-text.js';
import type { Difference, FieldCheck } from './field-check.js';

/** How many of a kind are shown. */
const SHOWN = 5;

/** Everything that became of an application's mails. */
export interface MailOutcomes {
  readonly sent: readonly SentMail[];
  readonly suppressed: readonly SuppressedMail[];
  readonly failed: readonly FailedMail[];
}

/** A mail with what is different from what is wanted. */
interface Compared {
  readonly mail: SentMail;
  readonly place: number;
  readonly differences: readonly (Difference & { readonly check: FieldCheck })[];
}

/** The message of a failed assertion, and the values that a test runner compares. */
export interface MailReport {
  readonly message: string;
  /** What was wanted, by criterion, and what the nearest mail has there; for runners that show a difference. */
  readonly expected?: object;
  readonly actual?: object;
}

/**
 * Reports what was wanted and what was sent instead, the most similar mail first.
 *
 * @param total how many were sent, where `outcomes` has only those that should not have been
 */
export function reportOf(
  headline: string,
  checks: readonly FieldCheck[],
  outcomes: MailOutcomes,
  total: number = outcomes.sent.length,
): MailReport {
  const compared = outcomes.sent.map((mail, place) => compare(mail, place, checks)).toSorted(nearestFirst);
  const order = checks.length > 0 && compared.length > 1 ? ', the nearest first' : '';
  const sent =
    compared.length === 0 ? 'No mail was sent.' : `${were(compared.length, 'mail', 'sent')}${order}:`;
  const some = `${compared.length.toLocaleString('en')} of the ${counted(total, 'mail')} that were sent ${compared.length === 1 ? 'does' : 'do'}:`;
  const message = [
    headline,
    ...wantedLines(checks),
    '',
    total > compared.length ? some : sent,
    ...compared.slice(0, SHOWN).flatMap(sentLines),
    ...more(compared.length),
    ...otherLines(outcomes),
  ].join('\n');
  const [nearest] = compared;
  if (!nearest || checks.some(({ field }) => field === 'function')) return { message };
  return { message, ...valuesOf(nearest, checks) };
}

/** `2 mails were sent`. */
export function were(count: number, what: string, done: string): string {
  return `${counted(count, what)} ${count === 1 ? 'was' : 'were'} ${done}`;
}

function compare(mail: SentMail, place: number, checks: readonly FieldCheck[]): Compared {
  const differences = checks.flatMap(check => {
    const difference = check.compare(mail);
    return difference ? [{ ...difference, check }] : [];
  });
  return { mail, place, differences };
}

/** As few differences as possible, each as small as possible; of equals the newer. */
function nearestFirst(left: Compared, right: Compared): number {
  const unlike = ({ differences }: Compared): number =>
    differences.reduce((sum, difference) => sum + 1 - difference.similarity, 0);
  return (
    left.differences.length - right.differences.length ||
    unlike(left) - unlike(right) ||
    right.place - left.place
  );
}

function wantedLines(checks: readonly FieldCheck[]): string[] {
  const width = widthOf(checks);
  return checks.map(({ field, wanted }) => `  ${visible(field).padEnd(width)}  ${wanted}`);
}

function sentLines({ mail, differences }: Compared, index: number): string[] {
  const width = widthOf(differences.map(({ check }) => check));
  return [
    `  ${index + 1}. ${mailText(mail)}`,
    ...differences.flatMap(({ check, was }) =>
      check.field === 'function'
        ? []
        : [
            `       ${visible(check.field).padEnd(width)}  wanted ${check.wanted}`,
            `       ${' '.repeat(width)}  was    ${was}`,
          ],
    ),
  ];
}

function otherLines({ suppressed, failed }: MailOutcomes): string[] {
  const stopped = suppressed.slice(-SHOWN).map(({ mail, receipt, mailer }) => {
    const named = receipt.dropped.map(
      ({ address, rule, reason }) => `${address} by ${rule}${reason === undefined ? '' : ` (${reason})`}`,
    );
    const what = mail ? mailText(mail) : `A mail${byMailer(mailer)} that was not rendered`;
    return `  - ${what}\n       dropped ${listed(named, 'nobody')}`;
  });
  const broken = failed.slice(-SHOWN).map(({ mail, error, template, mailer }) => {
    const made = template === undefined ? 'A mail' : `A mail of ${visible(template)}`;
    const what = mail ? mailText(mail) : `${made}${byMailer(mailer)} that was not put together`;
    return `  - ${what}\n       ${codeOf(error)}${visible(messageOf(error))}`;
  });
  return [
    ...(suppressed.length === 0
      ? []
      : ['', `${were(suppressed.length, 'mail', 'suppressed')}:`, ...stopped, ...more(suppressed.length)]),
    ...(failed.length === 0
      ? []
      : ['', `${counted(failed.length, 'mail')} failed:`, ...broken, ...more(failed.length)]),
  ];
}

function more(count: number): string[] {
  return count > SHOWN ? [`  … and ${(count - SHOWN).toLocaleString('en')} more`] : [];
}

/** One line that makes a mail out among others. */
function mailText(mail: CaughtMail): string {
  const { subject, to, cc, template, culture, mailer } = mail;
  const others = cc.length + mail.bcc.length;
  const made =
    template === undefined
      ? ''
      : `, ${visible(template)}${culture === undefined ? '' : ` (${visible(culture)})`}`;
  const copies = others === 0 ? '' : ` (${counted(others, 'copy', 'copies')})`;
  return `${quoted(subject)} to ${listed(to.map(mailboxText), 'nobody')}${copies}${made}${byMailer(mailer)}`;
}

function byMailer(mailer: string | undefined): string {
  return mailer === undefined ? '' : `, by mailer ${visible(mailer)}`;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? `${visible(error.code)}: ` : '';
}

function widthOf(checks: readonly FieldCheck[]): number {
  return Math.max(0, ...checks.map(({ field }) => visible(field).length));
}

/** Fields that are as wanted have the same words on both sides, so that runners show only the others. */
function valuesOf(
  { differences }: Compared,
  checks: readonly FieldCheck[],
): Required<Pick<MailReport, 'expected' | 'actual'>> {
  const was = new Map(differences.map(difference => [difference.check, difference.was]));
  return {
    expected: Object.fromEntries(checks.map(({ field, wanted }) => [field, wanted])),
    actual: Object.fromEntries(checks.map(check => [check.field, was.get(check) ?? check.wanted])),
  };
}
