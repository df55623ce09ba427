import { expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { SendGuard } from '../../lib/mail.send-guard.js';
import { rejection } from '../support/mail-app.js';

const CLOSED = { code: 'EMAILCLOSED', phase: 'connect', retryable: true };

it('A send that comes to its bounds after the grace time, because telemetry was being imported, is closed like any other', async () => {
  const guard = new SendGuard(0);
  let begun = false;
  const sending = guard.run({}, async bounded => {
    await delay(20);
    return bounded(async () => {
      begun = true;
    });
  });
  const failed = rejection(sending);
  await guard.close(0, async () => {});
  expect(await failed).toMatchObject(CLOSED);
  expect(begun).toBe(false);
});

it('A delivery that cannot be closed is told of by the shutdown that waits for it, and crashes nothing before', async () => {
  const guard = new SendGuard(0);
  const failing = (): Promise<void> => Promise.reject(new Error('cannot close'));
  guard.beginShutdown(0, failing);
  await delay(20);
  expect(await rejection(guard.run({}, bounded => bounded(async () => {})))).toMatchObject(CLOSED);
  expect(await rejection(guard.close(0, failing))).toMatchObject({ message: 'cannot close' });
});
