import { isRegExp } from 'node:util/types';
import type { Mailbox as MailboxAddress } from '../core/address/mailbox.js';
import { checkMailbox, MailboxSyntaxError, parseMailbox } from '../core/address/parse-mailbox.js';
import { isErrorLike } from '../core/errors/error-facts.js';
import type { RejectedRecipient } from '../core/errors/mail-delivery-error.js';
import { printable } from '../core/redaction/printable.js';
import type { SentMail } from './caught-mail.js';
import { functionText, listed, mailboxText } from './display-text.js';
import type { FieldCheck } from './field-check.js';
import type { AddressCriterion } from './mail-criteria.js';
import { isMatch } from './matcher-function.js';
import { nearestOf } from './similarity.js';
import { isFound } from './text-check.js';

/** A criterion for one mailbox (RFC 5322 3.4), ready to be checked. */
interface AddressTest {
  readonly wanted: string;
  holds(mailbox: MailboxAddress): boolean;
}

/** How many addresses of a mail are shown. */
const SHOWN = 5;

/**
 * A check of the mailboxes of one field. Recipients whom the server refused do not count.
 *
 * @throws TypeError for what is neither an address, nor a pattern, nor a function
 */
export function addressCheck(
  field: string,
  criterion: AddressCriterion | readonly AddressCriterion[],
  read: (mail: SentMail) => readonly MailboxAddress[],
): FieldCheck {
  const criteria: readonly AddressCriterion[] = isList(criterion) ? criterion : [criterion];
  const tests = criteria.map(item => addressTest(field, item));
  return {
    field,
    wanted: listed(
      tests.map(test => test.wanted),
      'nobody',
      SHOWN,
    ),
    compare: mail => {
      const named = read(mail);
      const refused = refusalsAmong(named, mail);
      const there = named.filter(mailbox => !refused.some(({ address }) => address === mailbox.address));
      const missing = tests.filter(test => !there.some(mailbox => test.holds(mailbox)));
      const holds = tests.length === 0 ? there.length === 0 : missing.length === 0;
      if (holds) return undefined;
      const texts = there.map(mailboxText);
      return { was: shown(texts, refused), similarity: similarityOf(tests, missing, texts) };
    },
  };
}

function shown(texts: readonly string[], refused: readonly RejectedRecipient[]): string {
  if (refused.length === 0) return listed(texts, 'nobody', SHOWN);
  const reasons = refused.map(({ address, response }) => `${address} (${response ?? 'no reason given'})`);
  return `${listed(texts, 'nobody', SHOWN)}; refused: ${listed(reasons, 'nobody', SHOWN)}`;
}

function similarityOf(
  tests: readonly AddressTest[],
  missing: readonly AddressTest[],
  texts: readonly string[],
): number {
  if (tests.length === 0) return 0;
  const near = missing.reduce((sum, { wanted }) => sum + (nearestOf(wanted, texts)?.similarity ?? 0), 0);
  return (tests.length - missing.length + near) / tests.length;
}

function refusalsAmong(
  named: readonly MailboxAddress[],
  { receipt }: SentMail,
): readonly RejectedRecipient[] {
  if (receipt.rejected.length === 0) return [];
  const addresses = new Set(named.map(({ address }) => address));
  return receipt.rejected.filter(({ address }) => addresses.has(address));
}

function addressTest(field: string, criterion: AddressCriterion): AddressTest {
  if (typeof criterion === 'function')
    return { wanted: functionText(criterion), holds: mailbox => isMatch(criterion, mailbox) };
  if (isRegExp(criterion)) {
    return { wanted: String(criterion), holds: mailbox => isFound(criterion, mailboxText(mailbox)) };
  }
  const wanted = parsed(field, criterion);
  return {
    wanted: mailboxText(wanted),
    holds: ({ name, address }) =>
      normal(address) === wanted.address && (wanted.name === undefined || wanted.name === name),
  };
}

function parsed(
  field: string,
  criterion: string | { readonly name?: string; readonly address: string },
): MailboxAddress {
  try {
    if (typeof criterion === 'string') return parseMailbox(criterion, { literals: true });
    if (typeof criterion?.address === 'string')
      return checkMailbox(criterion.name, criterion.address, { literals: true });
  } catch (error) {
    if (error instanceof MailboxSyntaxError && isErrorLike(error))
      throw new TypeError(
        `${field}: ${printable(typeof criterion === 'string' ? criterion : criterion.address)} ${error.message}; for a part of an address give a RegExp`,
        { cause: error },
      );
    throw error;
  }
  throw new TypeError(`${field} must be an address, a RegExp or a function, not ${printable(criterion)}`);
}

/** What was sent is in its normal form, unless the mail was made elsewhere. */
function normal(address: string): string {
  try {
    return parseMailbox(address, { literals: true }).address;
  } catch {
    return address;
  }
}

function isList(
  criterion: AddressCriterion | readonly AddressCriterion[],
): criterion is readonly AddressCriterion[] {
  return Array.isArray(criterion);
}
