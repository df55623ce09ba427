import { domainToUnicode } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { simpleParser } from 'mailparser';
import type { ComposedMail, DeliveryOutcome, MailReceipt, MailService } from 'nest-mailroom';
import { MailDelivery, MailError } from 'nest-mailroom';
import { MailBench } from '../support/mail-bench.js';
import { HANDED_OVER } from './anything-handed-over.js';

const MINUTES = Number(process.env['FUZZ_MINUTES'] ?? 0);
/** Always the same, so that a test that has passed passes again; another one each time where there is time to look around. */
const SEED = Number(process.env['FUZZ_SEED'] ?? (MINUTES > 0 ? Date.now() : 20261129));
const PROPERTIES = 6;
const TIME_MS = (MINUTES * 60_000) / PROPERTIES;
const RUNS: fc.Parameters<unknown> =
  MINUTES > 0
    ? { seed: SEED, numRuns: 1_000_000, interruptAfterTimeLimit: TIME_MS, markInterruptAsFailure: false }
    : { seed: SEED, numRuns: 250 };
const TIMEOUT_MS = 60_000 + TIME_MS;

/** Keeps what it is to deliver, for the property to look at. */
class Kept extends MailDelivery {
  readonly name = 'kept';
  readonly mails: ComposedMail[] = [];
  override async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
    this.mails.push(mail);
    return { status: 'accepted', accepted: [...mail.envelope.to], rejected: [] };
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

const bench = new MailBench();
const kept = new Kept();
let mail: MailService;

beforeAll(async () => {
  ({ mail } = await bench.app({ FromAddress: 'a@example.com' }, { delivery: kept }));
});
afterAll(() => bench.close());

/** Whatever JavaScript lets a caller hand over. */
const given = <T>(value: unknown): T => value as T;

/** How many sends of a property ended with a receipt: of errors alone little would be learnt. */
interface Count {
  receipts: number;
}

/** A send ends with a receipt or a MailError, and what was delivered names those who get it. */
async function ends(send: () => Promise<MailReceipt>, count: Count): Promise<void> {
  kept.mails.length = 0;
  let receipt: MailReceipt;
  try {
    receipt = await send();
  } catch (error) {
    if (error instanceof MailError) return;
    throw error;
  }
  count.receipts++;
  const delivered = kept.mails.flatMap(({ envelope }) => envelope.to);
  expect([...receipt.accepted].sort()).toEqual([...delivered].sort());
  for (const { bytes, envelope, bcc } of kept.mails.map(item => ({ bytes: item.bytes(), ...pick(item) }))) {
    const { to, cc } = await simpleParser(await bytes, { skipTextToHtml: true, skipHtmlToText: true });
    const named = [to, cc].flat().flatMap(list => list?.value ?? []);
    const addresses = named.map(({ address }) => address ?? '');
    expect([...new Set([...addresses, ...bcc.map(asRead)])].sort()).toEqual(
      [...new Set(envelope.to.map(asRead))].sort(),
    );
  }
}

/** An address as mailparser gives it: with its domain as people read it. */
function asRead(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return `${address.slice(0, at)}${domainToUnicode(address.slice(at))}`;
}

function pick({
  envelope,
  bcc = [],
}: ComposedMail): Pick<ComposedMail, 'envelope'> & { bcc: readonly string[] } {
  return { envelope, bcc };
}

describe('Whatever is handed over', () => {
  it(
    'to send ends with a receipt or a MailError, and reaches those whom the mail names',
    async () => {
      const count: Count = { receipts: 0 };
      const property = fc.asyncProperty(HANDED_OVER.message, HANDED_OVER.options, (message, options) =>
        ends(() => mail.send(given(message.make()), given(options.make())), count),
      );
      await fc.assert(property, RUNS);
      expect(count.receipts).toBeGreaterThan(50);
    },
    TIMEOUT_MS,
  );

  it(
    'to sendNotification ends so',
    async () => {
      const count: Count = { receipts: 0 };
      const property = fc.asyncProperty(
        HANDED_OVER.notification,
        HANDED_OVER.options,
        (notification, options) =>
          ends(() => mail.sendNotification(given(notification.make()), given(options.make())), count),
      );
      await fc.assert(property, RUNS);
      expect(count.receipts).toBeGreaterThan(50);
    },
    TIMEOUT_MS,
  );

  it(
    'to sendResetPassword ends so',
    async () => {
      const count: Count = { receipts: 0 };
      const property = fc.asyncProperty(HANDED_OVER.reset, HANDED_OVER.options, (request, options) =>
        ends(() => mail.sendResetPassword(given(request.make()), given(options.make())), count),
      );
      await fc.assert(property, RUNS);
      expect(count.receipts).toBeGreaterThan(50);
    },
    TIMEOUT_MS,
  );

  it(
    'to render ends with a mail or a MailError',
    async () => {
      const property = fc.asyncProperty(
        HANDED_OVER.context,
        HANDED_OVER.renderOptions,
        async (context, options) => {
          const outcome = await settled(
            mail.render('notification', given(context.make()), given(options.make())),
          );
          expect(outcome instanceof MailError || typeof outcome === 'object').toBe(true);
        },
      );
      await fc.assert(property, RUNS);
    },
    TIMEOUT_MS,
  );

  it(
    'to verify and backlog ends with an answer or a MailError',
    async () => {
      const property = fc.asyncProperty(HANDED_OVER.options, async options => {
        for (const call of [
          () => mail.verify(given(options.make())),
          () => mail.backlog(given(options.make())),
        ]) {
          const outcome = await settled<unknown>(call());
          expect(outcome instanceof MailError || outcome === undefined).toBe(true);
        }
      });
      await fc.assert(property, RUNS);
    },
    TIMEOUT_MS,
  );

  it(
    'as settings starts a mailer that keeps to them, or ends with a MailError',
    async () => {
      const property = fc.asyncProperty(
        HANDED_OVER.settings,
        HANDED_OVER.message,
        async (settings, message) => {
          const own = new MailBench();
          try {
            const app = await settled(own.app(given(settings.make()), { delivery: kept }));
            if (app instanceof MailError) return;
            const outcome = await settled(app.mail.send(given(message.make())));
            expect(outcome instanceof MailError || 'status' in outcome).toBe(true);
          } finally {
            await own.close();
          }
        },
      );
      await fc.assert(property, { ...RUNS, ...(MINUTES === 0 && { numRuns: 40 }) });
    },
    TIMEOUT_MS,
  );
});

/** What a promise comes to, or the MailError that it rejects with; anything else that it rejects with is thrown. */
async function settled<T>(promise: Promise<T>): Promise<T | MailError> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof MailError) return error;
    throw error;
  }
}
