import { isNativeError } from 'node:util/types';
import type { DeliverOptions, DeliveryOutcome } from '../core/delivery/mail-delivery.js';
import { MailDelivery } from '../core/delivery/mail-delivery.js';
import { receiptOf } from '../core/delivery/receipt-of.js';
import type { ComposedMail } from '../core/mime/composed-mail.js';
import { printable } from '../core/redaction/printable.js';
import type { MailObserver } from '../core/sending/mail-observer.js';
import { assertionError, callSite, lateAssertionError } from './assertion.js';
import type { CaughtMail, FailedMail, SentMail, SuppressedMail } from './caught-mail.js';
import { quoted } from './display-text.js';
import type { FieldCheck } from './field-check.js';
import { Interceptor } from './interceptor.js';
import { mailChecks, passes } from './mail-checks.js';
import type { MailMatcher } from './mail-criteria.js';
import type { MailOutcomes } from './mail-report.js';
import { reportOf, were } from './mail-report.js';
import { MailStore } from './mail-store.js';
import { PlannedOutcomes } from './planned-outcomes.js';
import { afterRealTime } from './real-timers.js';
import type { SimulatedFailure } from './simulated-failure.js';
import { failurePlan } from './simulated-failure.js';
import { textTest } from './text-check.js';

const TIMEOUT_MS = 5000;
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Where the mails of an application end up in its tests: nothing leaves, everything can be looked at. Import
 * `MailTestingModule.forRoot()` and take it with `app.get(Mailbox)`; or let it stand in for one `MailDelivery`, with
 * `overrideProvider(MailDelivery).useClass(Mailbox)`: it then sees each delivery, every try of a `retry` included, but
 * neither what was suppressed nor what failed before.
 */
export class Mailbox extends MailDelivery {
  readonly name = 'mailbox';
  /** Stands in for queues too. */
  override readonly queues = true;
  readonly #store = new MailStore();
  readonly #planned = new PlannedOutcomes();

  /** What was sent, oldest first: everything whose `send` has resolved, or is about to. */
  get mails(): readonly SentMail[] {
    return this.#store.sent;
  }

  /** How many mails were sent. */
  get count(): number {
    return this.#store.sent.length;
  }

  /** Sends that policy or a hook stopped, oldest first. They do not count as sent. */
  get suppressed(): readonly SuppressedMail[] {
    return this.#store.suppressed;
  }

  /** Sends that failed, oldest first. They do not count as sent. */
  get failed(): readonly FailedMail[] {
    return this.#store.failed;
  }

  /**
   * The mail that was sent last.
   *
   * @throws AssertionError when none was sent
   */
  last(): SentMail {
    const mail = this.#store.sent.at(-1);
    if (mail) return mail;
    throw this.#failure('There is no last mail.', [], this.last);
  }

  /**
   * The oldest mail that matches; undefined when none does.
   *
   * @throws TypeError for a criterion that is not known
   */
  find(matcher: MailMatcher): SentMail | undefined {
    const checks = mailChecks('find', matcher);
    return this.#store.sent.find(mail => passes(mail, checks));
  }

  /**
   * Every mail that matches, oldest first.
   *
   * @throws TypeError for a criterion that is not known
   */
  filter(matcher: MailMatcher): readonly SentMail[] {
    const checks = mailChecks('filter', matcher);
    return this.#store.sent.filter(mail => passes(mail, checks));
  }

  /**
   * Waits for a mail that matches: the oldest of those that are there, else the next that comes. Fake timers do not
   * change how long.
   *
   * @param timeoutMs milliseconds. @default 5000
   * @throws AssertionError saying what was sent instead, when the time is over
   * @throws TypeError for a criterion that is not known
   */
  waitFor(matcher: MailMatcher, timeoutMs: number = TIMEOUT_MS): Promise<SentMail> {
    const site = callSite(this.waitFor);
    return new Promise((resolve, reject) => {
      const checks = mailChecks('waitFor', matcher);
      if (!(typeof timeoutMs === 'number' && timeoutMs >= 0 && timeoutMs <= LONGEST_TIMER_MS))
        throw new RangeError(`waitFor: give a number of milliseconds, not ${printable(timeoutMs)}`);
      const lookAt = (mails: readonly SentMail[]): boolean => {
        const mail = mails.find(sent => passes(sent, checks));
        if (mail) resolve(mail);
        return mail !== undefined;
      };
      if (lookAt(this.#store.sent)) return;
      const end = (): void => {
        stopTimer();
        stopListening();
      };
      const stopListening = this.#store.listen(mails => {
        try {
          if (lookAt(mails)) end();
        } catch (error) {
          // What a function of the test throws rejects the wait of the test, and not the send that has brought the mail.
          end();
          reject(error);
        }
      });
      const stopTimer = afterRealTime(timeoutMs, () => {
        end();
        const headline = `Within ${timeoutMs} ms no mail was sent that matches:`;
        const { message, ...values } = reportOf(headline, checks, this.#outcomes());
        reject(lateAssertionError(message, this.waitFor, site, values));
      });
    });
  }

  /**
   * The first link of a mail that holds a text, or in which a pattern is found. The links of the HTML come first.
   *
   * @throws AssertionError listing the links that are there, when none is meant
   */
  linkIn(mail: CaughtMail, pattern: string | RegExp): string {
    const { wanted, holds } = textTest('linkIn: the pattern', pattern, 'part');
    const link = mail.links.find(holds);
    if (link !== undefined) return link;
    const there = mail.links.map(item => `\n  ${item}`).join('');
    throw assertionError(
      `The mail ${quoted(mail.subject)} has no link with ${wanted}. ${there === '' ? 'It has no links at all.' : `Its links are:${there}`}`,
      this.linkIn,
    );
  }

  /**
   * Fails unless a mail was sent that matches.
   *
   * @returns the oldest one that does
   * @throws AssertionError listing what was sent and how each mail differs
   * @throws TypeError for a criterion that is not known
   */
  assertSent(matcher: MailMatcher = {}): SentMail {
    const checks = mailChecks('assertSent', matcher);
    const mail = this.#store.sent.find(sent => passes(sent, checks));
    if (mail) return mail;
    const headline = checks.length === 0 ? 'A mail should have been sent.' : 'No mail was sent that matches:';
    throw this.#failure(headline, checks, this.assertSent);
  }

  /**
   * Fails when a mail was sent that matches.
   *
   * @throws AssertionError listing the mails that do
   * @throws TypeError for a criterion that is not known
   */
  assertNotSent(matcher: MailMatcher): void {
    const checks = mailChecks('assertNotSent', matcher);
    const sent = this.#store.sent.filter(mail => passes(mail, checks));
    if (sent.length === 0) return;
    const headline = checks.length === 0 ? 'No mail should have been sent.' : 'No mail should match:';
    const { message } = reportOf(headline, checks, { sent, suppressed: [], failed: [] }, this.count);
    throw assertionError(message, this.assertNotSent, { expected: 0, actual: sent.length });
  }

  /**
   * Fails when any mail was sent. Suppressed and failed sends do not count.
   *
   * @throws AssertionError listing the mails
   */
  assertNothingSent(): void {
    if (this.count === 0) return;
    throw this.#failure('No mail should have been sent.', [], this.assertNothingSent, {
      expected: 0,
      actual: this.count,
    });
  }

  /**
   * Fails unless exactly so many mails were sent, or so many that match.
   *
   * @throws AssertionError listing the mails
   * @throws TypeError for a criterion that is not known
   */
  assertCount(expected: number, matcher: MailMatcher = {}): void {
    const checks = mailChecks('assertCount', matcher);
    if (!Number.isInteger(expected) || expected < 0)
      throw new RangeError(`assertCount: give a number of mails, not ${printable(expected)}`);
    const actual = this.#store.sent.filter(mail => passes(mail, checks)).length;
    if (actual === expected) return;
    const headline =
      checks.length === 0
        ? `${were(actual, 'mail', 'sent')}, not ${expected}.`
        : `${were(actual, 'mail', 'sent')} that ${actual === 1 ? 'matches' : 'match'}, not ${expected}:`;
    throw this.#failure(headline, checks, this.assertCount, { expected, actual });
  }

  /**
   * Lets the next delivery fail, with the error that the SMTP delivery would give, or with an error of your own. Called
   * several times, it lets as many deliveries fail, in this order; the option `retry` of `MailModule` begins a delivery
   * for each of its tries.
   *
   * @throws TypeError or RangeError for a failure that cannot be meant
   */
  failNext(failure: SimulatedFailure | Error = {}): void {
    if (isNativeError(failure)) this.#planned.failWith(failure);
    else this.#planned.fail(failurePlan(failure));
  }

  /**
   * Lets the next delivery take so long, in milliseconds that fake timers do not change.
   *
   * @throws RangeError for what is no time
   */
  delayNext(ms: number): void {
    this.#planned.delay(ms);
  }

  /**
   * Forgets everything that was sent, suppressed or failed, and every failure that is still to come. Sends that have not
   * resolved yet are kept when they do.
   */
  clear(): void {
    this.#store.clear();
    this.#planned.clear();
  }

  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    try {
      const outcome = await this.#planned.deliver(mail, options);
      await this.#store.keepDelivered(mail, receiptOf(this, mail, outcome), options.queue);
      return outcome;
    } catch (error) {
      await this.#store.keepUndelivered(mail, error, options.queue);
      throw error;
    }
  }

  override async verify(): Promise<void> {}

  /** The mails stay, so that a test can assert them after its application has closed. */
  override async close(): Promise<void> {}

  /**
   * Takes the mails of an application whose mailers tell of every send themselves.
   *
   * @internal
   */
  intercepting(): MailDelivery & MailObserver {
    return new Interceptor(this.name, this.#store, this.#planned);
  }

  #outcomes(): MailOutcomes {
    const { sent, suppressed, failed } = this.#store;
    return { sent, suppressed, failed };
  }

  #failure(
    headline: string,
    checks: readonly FieldCheck[],
    caller: (...given: never[]) => unknown,
    values?: { readonly expected: unknown; readonly actual: unknown },
  ): Error {
    const { message, ...compared } = reportOf(headline, checks, this.#outcomes());
    return assertionError(message, caller, values ?? compared);
  }
}
