import { expect, it } from '@jest/globals';
import { SendLimits } from '../../../lib/core/sending/send-limits.js';
import { rejection } from '../../support/rejection.js';

it('A send that comes to its bounds only after the end of the grace time is closed, as any other', async () => {
  const guard = new SendLimits(0);
  let comeToBounds = (): void => {};
  const prepared = new Promise<void>(resolve => (comeToBounds = resolve));
  const sent = rejection(
    guard.run({}, async bounded => {
      await prepared;
      return bounded(() => Promise.resolve('sent'));
    }),
  );
  const closing = guard.close(0, () => Promise.resolve());
  await new Promise(resolve => setTimeout(resolve, 30));
  comeToBounds();
  await closing;
  expect(await sent).toMatchObject({ code: 'EMAILCLOSED', phase: 'connect', retryable: true });
});

it('A delivery that cannot be closed holds none of its sends: they are closed, and the shutdown tells the trouble', async () => {
  const guard = new SendLimits(0);
  const sent = rejection(guard.run({}, bounded => bounded(() => new Promise(() => {}))));
  const trouble = new Error('cannot be closed');
  expect(await rejection(guard.close(10, () => Promise.reject(trouble)))).toBe(trouble);
  expect(await sent).toMatchObject({ code: 'EMAILCLOSED' });
});
