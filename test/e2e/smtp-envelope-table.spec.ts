import { expect, it } from '@jest/globals';
import type { MailReceipt, RejectedRecipient } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import type { RecipientFate } from '../support/envelope-cases.js';
import { addressOf, ENVELOPE_CASES, envelopePolicy, fatesOf } from '../support/envelope-cases.js';
import { useMailBench } from '../support/mail-bench.js';

const bench = useMailBench();

/** What became of a mail as its sender hears of it. */
interface Told {
  readonly retryable: boolean | 'unknown' | undefined;
  readonly accepted: readonly string[];
  /** Each with its reply and whether it can be tried again. */
  readonly rejected: readonly string[];
}

const linesOf = (rejected: readonly RejectedRecipient[]): string[] =>
  rejected.map(({ address, response, retryable }) => `${address} ${response} ${retryable}`);

function told(result: MailReceipt | MailDeliveryError): Told {
  if (result instanceof MailDeliveryError)
    return { retryable: result.retryable, accepted: [], rejected: linesOf(result.recipients ?? []) };
  const { accepted, rejected } = result;
  return { retryable: undefined, accepted, rejected: linesOf(rejected) };
}

/** An error names recipients that were refused by themselves; for the others it stands itself. */
function agrees(one: Told, other: Told): boolean {
  if (one.retryable !== other.retryable || String(one.accepted) !== String(other.accepted)) return false;
  const isWhole = one.retryable !== undefined || one.rejected.length === other.rejected.length;
  return isWhole && one.rejected.every(line => other.rejected.includes(line));
}

function expected(fates: readonly RecipientFate[], to: readonly string[]): Told {
  const accepted = to.filter((_, index) => fates[index]?.fate === 'delivered');
  const rejected = fates.flatMap(({ fate, reply }, index) =>
    fate === 'delivered' ? [] : [`${to[index]} ${reply} ${fate === 'deferred'}`],
  );
  const isRetryable = fates.some(({ fate }) => fate === 'deferred');
  return { retryable: accepted.length > 0 ? undefined : isRetryable, accepted, rejected };
}

it.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('What a sender hears of the replies to MAIL, RCPT, DATA and the dot, %s', async (_, extensions) => {
  const server = await bench.policy(envelopePolicy(), { extensions });
  const app = await bench.against(server, { MaxConnections: 5 });
  const receivers = (index: number): string[] => [addressOf(index, 'ann'), addressOf(index, 'bob')];
  const send = async (index: number): Promise<MailReceipt | MailDeliveryError> => {
    try {
      const from = addressOf(index, 'sender');
      return await app.mail.send({ from, to: receivers(index), subject: 's', text: 'x' });
    } catch (error) {
      if (error instanceof MailDeliveryError) return error;
      throw error;
    }
  };
  const results = await Promise.all(ENVELOPE_CASES.map((__, index) => send(index)));
  const disagreeing = ENVELOPE_CASES.flatMap((one, index) => {
    const result = results[index];
    const hears = result && told(result);
    const should = expected(fatesOf(one), receivers(index));
    return hears && agrees(hears, should) ? [] : [{ one, hears, should }];
  });
  expect(disagreeing).toEqual([]);
});
