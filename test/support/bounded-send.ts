import { setTimeout as delay } from 'node:timers/promises';
import type { MailMessage, MailSettings } from 'nest-mailroom';
import { HANG_MS } from './hang-guard.js';
import type { MailApp } from './mail-app.js';
import { ownTime } from './own-time.js';
import { rejection } from './rejection.js';

/** What can end a send. */
export const BOUNDS = ['timeoutMs', 'SendTimeout', 'signal'] as const;
/** One of {@link BOUNDS}. */
export type Bound = (typeof BOUNDS)[number];

/** The time limit of a send that `timeoutMs` or `SendTimeout` ends: enough to come where it is to be cut. */
const LIMIT_MS = 500;

/** The settings that a bound needs. */
export function boundSettings(bound: Bound, limitMs = LIMIT_MS): MailSettings {
  return bound === 'SendTimeout' ? { SendTimeout: limitMs / 1000 } : {};
}

/** A send has ended before it came to where it was to be cut, as on a machine that is too busy for the limit. */
export class CutTooEarlyError extends Error {
  override readonly name = 'CutTooEarlyError';
}

/** How a send has ended that was cut. */
export interface CutSend {
  readonly error: unknown;
  /** Time between the moment at which it was to end and its end, on the clock {@link ownTime}. */
  readonly lateMs: number;
}

/**
 * Sends, and cuts the send by a bound.
 *
 * @param reached whether the send is where it is to be cut; a signal waits for it
 * @param limitMs limit that a bound other than a signal sets; the same that {@link boundSettings} was given
 * @throws {@link CutTooEarlyError} when it was not there
 */
export async function cutSend(
  app: MailApp,
  message: MailMessage,
  bound: Bound,
  reached: () => boolean,
  limitMs = LIMIT_MS,
): Promise<CutSend> {
  const controller = new AbortController();
  let due = ownTime() + limitMs;
  const options = {
    timeoutMs: { timeoutMs: limitMs },
    SendTimeout: {},
    signal: { signal: controller.signal },
  }[bound];
  const sending = rejection(app.mail.send(message, options));
  if (bound === 'signal') {
    await until(reached);
    await delay(50);
    due = ownTime();
    controller.abort();
  }
  const error = await sending;
  const lateMs = ownTime() - due;
  if (!reached())
    throw new CutTooEarlyError(`the send has ended before it came to where it was to be cut: ${error}`);
  return { error, lateMs };
}

/** Waits until a condition holds. Rejects when it does not come about in time, on the clock {@link ownTime}. */
export async function until(holds: () => boolean, timeoutMs = HANG_MS): Promise<void> {
  const end = ownTime() + timeoutMs;
  while (!holds()) {
    if (ownTime() > end) throw new Error(`it did not come about within ${timeoutMs} ms: ${holds}`);
    await delay(5);
  }
}

/** The code of the error of a send that a bound has ended. */
export function boundCode(bound: Bound): string {
  return bound === 'signal' ? 'EMAILABORTED' : 'EMAILTIMEOUT';
}

/** The contract says 250 ms; the rest is for a machine that is busy with other things. */
export const LATE_MS = 250 + 250;
