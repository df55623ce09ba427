import type { HealthIndicatorResult } from '@nestjs/terminus';
import type { ComposedMail, DeliveryOutcome, MailBacklog, MailService } from 'nest-mailroom';
import { MailDelivery } from 'nest-mailroom';
import type { MailHealthIndicator, MailHealthOptions } from 'nest-mailroom/health';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

/** The key of the result is what was asked for. */
export async function keys(indicator: MailHealthIndicator): Promise<void> {
  const usual: HealthIndicatorResult<'mail'> = await indicator.isHealthy();
  const named: HealthIndicatorResult<'alerts'> = await indicator.isHealthy('alerts', { mailer: 'alerts' });
  // @ts-expect-error it is known under the key that was asked for, and no other
  const wrong: HealthIndicatorResult<'smtp'> = await indicator.isHealthy('mail');
  void [usual, named, wrong];
}

export const options: MailHealthOptions = {
  mailer: 'alerts',
  timeoutMs: 1000,
  cacheMs: 0,
  maxBacklog: 100,
  maxAgeMs: Infinity,
};
// @ts-expect-error limits are numbers
export const worded: MailHealthOptions = { maxAgeMs: '15 min' };

/** A delivery that knows nothing of signals and of what waits goes on being one. */
export class OldDelivery extends MailDelivery {
  readonly name = 'old';
  async deliver(_mail: ComposedMail): Promise<DeliveryOutcome> {
    return { status: 'queued', accepted: [], rejected: [] };
  }
  async verify(): Promise<void> {}
  async close(): Promise<void> {}
}

/** One with a queue of its own says what waits there. */
export class QueueDelivery extends OldDelivery {
  override async backlog(): Promise<MailBacklog> {
    return { count: 3, oldestAgeMs: 1000, deferred: 1 };
  }
}

/** The same facts without Terminus. */
export async function facts(mail: MailService): Promise<MailBacklog | undefined> {
  await mail.verify();
  await mail.verify({ timeoutMs: 1000, signal: AbortSignal.timeout(500) });
  // @ts-expect-error a check has no retries
  await mail.verify({ retries: 3 });
  return mail.backlog({ timeoutMs: 1000 });
}
