import { abortedError } from '../core/delivery/aborted-error.js';
import type { DeliverOptions, DeliveryOutcome } from '../core/delivery/mail-delivery.js';
import type { ComposedMail } from '../core/mime/composed-mail.js';
import { printable } from '../core/redaction/printable.js';
import { realPause } from './real-timers.js';
import { partialOutcome, simulatedError } from './simulated-error.js';
import type { FailurePlan } from './simulated-failure.js';

const LONGEST_TIMER_MS = 2_147_483_647;

/** A failure that a test has planned, for the deliveries to come. */
type Planned = { left: number } & ({ readonly error: Error } | { readonly plan: FailurePlan });

/** What is to become of the next deliveries, as the test demands; all others succeed. */
export class PlannedOutcomes {
  readonly #failures: Planned[] = [];
  readonly #delays: number[] = [];

  /** Lets coming deliveries fail, after those that are planned to fail already. */
  fail(plan: FailurePlan): void {
    this.#failures.push({ plan, left: plan.times });
  }

  /** Lets a coming delivery fail with this very error. */
  failWith(error: Error): void {
    this.#failures.push({ error, left: 1 });
  }

  /**
   * Lets a coming delivery take so long.
   *
   * @throws RangeError for what is no time
   */
  delay(ms: number): void {
    if (!(typeof ms === 'number' && ms >= 0 && ms <= LONGEST_TIMER_MS))
      throw new RangeError(`delayNext: give a number of milliseconds, not ${printable(ms)}`);
    this.#delays.push(ms);
  }

  /** Forgets what was planned. */
  clear(): void {
    this.#failures.length = 0;
    this.#delays.length = 0;
  }

  /**
   * Delivers a mail to nowhere.
   *
   * @throws what the test has planned for it
   */
  async deliver(mail: ComposedMail, { signal }: DeliverOptions = {}): Promise<DeliveryOutcome> {
    const delay = this.#delays.shift();
    const failure = this.#take(mail);
    // As every delivery does: an attachment that cannot be read fails here.
    await mail.bytes();
    if (delay !== undefined) await realPause(delay, signal);
    if (signal?.aborted)
      throw abortedError(signal, { phase: 'envelope', retryable: true, messageId: mail.messageId });
    if (failure === undefined) return { status: 'accepted', accepted: mail.envelope.to, rejected: [] };
    if ('error' in failure) throw failure.error;
    const { plan } = failure;
    if (isForSome(plan, mail)) return partialOutcome(plan, mail);
    throw simulatedError(plan, mail);
  }

  #take(mail: ComposedMail): Planned | undefined {
    const index = this.#failures.findIndex(planned => concerns(planned, mail));
    const found = this.#failures[index];
    if (!found) return undefined;
    found.left--;
    if (found.left <= 0) this.#failures.splice(index, 1);
    return found;
  }
}

function concerns(planned: Planned, { envelope }: ComposedMail): boolean {
  if ('error' in planned || planned.plan.recipients === undefined) return true;
  const refused = new Set(planned.plan.recipients);
  return envelope.to.some(address => refused.has(address));
}

/** Whether others than the refused get the mail. */
function isForSome({ recipients }: FailurePlan, { envelope }: ComposedMail): boolean {
  return recipients !== undefined && envelope.to.some(address => !recipients.includes(address));
}
