import { describe, expect, it } from '@jest/globals';
import type { MailReceipt, RejectedRecipient } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { takenTwice } from '../support/sent-at-once.js';
import type { Expected, Fate } from './smtp-reply-table/expected-fates.js';
import { expectedOf, isTemporary } from './smtp-reply-table/expected-fates.js';
import type { ReplyRow } from './smtp-reply-table/reply-row.js';
import { policyOf, rowName } from './smtp-reply-table/reply-row.js';
import {
  closedAtRecipients,
  refusedMessages,
  refusedRecipients,
  refusedSenders,
} from './smtp-reply-table/reply-rows.js';

const bench = useMailBench();

/** What is wrong with how a send has ended; empty when it is as the contract says. */
type Faults = readonly string[];

const TABLES: readonly [string, () => ReplyRow[]][] = [
  ['a sender that is refused', refusedSenders],
  ['recipients that are refused', refusedRecipients],
  ['recipients and a close behind one of them', closedAtRecipients],
  ['a message that is refused', refusedMessages],
];

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('The outcome of a transaction, %s, is what the contract says for', (_, extensions) => {
  it.each(TABLES)('%s', async (__, table) => {
    const rows = table();
    const server = await bench.policy(policyOf(rows), { extensions });
    const app = await bench.app(
      { Host: server.host, Port: server.port, FromAddress: 'a@example.com', MaxConnections: 24 },
      // So that every row meets a connection that has sent nothing yet.
      { smtp: { maxMessages: 1 } },
    );
    const faults = await Promise.all(
      rows.map(async (row, index) => {
        const to = row.rcpt.map((___, recipient) => `user${recipient}@example.com`);
        const from = `row${index}@example.com`;
        const ended = await app.mail.send({ from, to, subject: 's', text: 'x' }).then(
          receipt => faultsOfReceipt(receipt, to, expectedOf(row)),
          (error: unknown) => faultsOfError(error, to, expectedOf(row)),
        );
        return ended.map(fault => `${rowName(row)}: ${fault}`);
      }),
    );
    expect(faults.flat()).toEqual([]);
    expect(takenTwice(server.messages)).toEqual([]);
    // Each was tried once.
    expect(server.commands('MAIL')).toHaveLength(rows.length);
  });
});

function faultsOfReceipt(receipt: MailReceipt, to: readonly string[], expected: Expected): Faults {
  if (expected.errors.length > 0) return [`a receipt instead of ${expected.errors.join(' or ')}`];
  const has = to.filter((__, index) => expected.fates[index]?.kind === 'accepted');
  const lacks = to.filter(address => !has.includes(address));
  const named = receipt.rejected.map(({ address }) => address);
  return [
    ...unlessSame('accepted', receipt.accepted, has),
    ...unlessSame('rejected', named, lacks),
    ...faultsOfRecipients(to, expected.fates, receipt.rejected, undefined),
  ];
}

function faultsOfError(error: unknown, to: readonly string[], { fates, errors }: Expected): Faults {
  if (!(error instanceof MailDeliveryError)) return [`not a MailDeliveryError: ${String(error)}`];
  const { code, phase, retryable, responseCode, recipients = [] } = error;
  const decided = fates.flatMap(fate => (fate.kind === 'refused' ? [fate] : []));
  const faults: string[] = [];
  if (!errors.includes(code)) faults.push(`${code} instead of ${errors.join(' or ') || 'a receipt'}`);
  const phases: Partial<Record<string, string>> = { EMAILENVELOPE: 'envelope', EMAILDATA: 'data' };
  if (phase !== phases[code]) faults.push(`${code} in the phase ${phase}`);
  if (retryable !== fates.some(fate => fate.kind !== 'accepted' && fate.retryable))
    faults.push(`retryable ${retryable}`);
  if (retryable === false && recipients.some(recipient => recipient.retryable !== false))
    faults.push('not retryable, although a recipient is');
  if (responseCode === undefined && decided.length === fates.length) faults.push('no responseCode');
  if (responseCode !== undefined && !decided.some(fate => fate.code === responseCode))
    faults.push(`responseCode ${responseCode}, which decided nothing`);
  // What ended the mail can be final while a recipient that was refused before can be tried again.
  const explained = retryable === true && recipients.some(recipient => recipient.retryable === true);
  if (responseCode !== undefined && isTemporary(responseCode) !== retryable && !explained)
    faults.push(`responseCode ${responseCode} with retryable ${retryable}`);
  return [...faults, ...faultsOfRecipients(to, fates, recipients, error)];
}

/** A recipient that is not named has what the error has. */
function faultsOfRecipients(
  to: readonly string[],
  fates: readonly Fate[],
  named: readonly RejectedRecipient[],
  error: MailDeliveryError | undefined,
): Faults {
  const addresses = named.map(({ address }) => address);
  const twice = addresses.filter((address, index) => addresses.indexOf(address) !== index);
  const wrong = to.flatMap((address, index) => {
    const fate = fates[index];
    if (!fate || fate.kind === 'accepted') return [];
    const own = named.find(recipient => recipient.address === address);
    const { code, retryable } = own ?? { code: error?.responseCode, retryable: error?.retryable };
    const known = fate.kind === 'refused' ? fate.code : code;
    return code === known && retryable === fate.retryable
      ? []
      : [`${address} has ${code} ${retryable} instead of ${known} ${fate.retryable}`];
  });
  return [...twice.map(address => `${address} is named twice`), ...wrong];
}

function unlessSame(what: string, found: readonly string[], wanted: readonly string[]): Faults {
  return found.join() === wanted.join() ? [] : [`${what} ${found.join()} instead of ${wanted.join()}`];
}
