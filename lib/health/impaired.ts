import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';

/** What `HealthIndicatorService.check` gives. */
type Session<Key extends string> = ReturnType<typeof HealthIndicatorService.prototype.check<Key>>;

/** The result of what works, but not as it should. Terminus 11 knows no `degraded`; there it is `up` with `degraded: true`. */
export function impaired<Key extends string>(
  session: Session<Key>,
  facts: Record<string, unknown>,
): HealthIndicatorResult<Key> {
  if (typeof session.degraded === 'function') return session.degraded(facts);
  return session.up({ ...facts, degraded: true });
}
