import { expect, it } from '@jest/globals';
import { cutError } from '../../../lib/core/sending/send-bounds.js';
import { SendLimits } from '../../../lib/core/sending/send-limits.js';
import { sendTrace } from '../../../lib/core/sending/send-trace.js';
import { rejection } from '../../support/rejection.js';

const TRACE = sendTrace({ subject: 's', to: 'ann@contoso.test', text: 'x' });

it('A send that comes to its bounds only after the end of the grace time is closed, as any other', async () => {
  const limits = new SendLimits(0);
  const bounds = limits.begin({});
  // Until the send has ended, its bounds are under way: the shutdown waits for them, and cuts them.
  await limits.close(0, () => Promise.resolve());
  const begin = async (): Promise<void> => bounds.begin({ overdue: () => {} }, TRACE);
  expect(await rejection(begin())).toMatchObject({
    code: 'EMAILCLOSED',
    phase: 'connect',
    retryable: true,
  });
});

it('A delivery that cannot be closed holds none of its sends: they are closed, and the shutdown tells the trouble', async () => {
  const limits = new SendLimits(0);
  const bounds = limits.begin({});
  const overdue = new Promise<unknown>(told =>
    bounds.begin({ overdue: () => told(bounds.failure(cutError(bounds.signal, TRACE), TRACE)) }, TRACE),
  );
  const trouble = new Error('cannot be closed');
  expect(await rejection(limits.close(10, () => Promise.reject(trouble)))).toBe(trouble);
  expect(await overdue).toMatchObject({ code: 'EMAILCLOSED' });
});

it('A send whose signal has fired before it begins is cut, and leaves no timer behind', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length;
  const before = timers();
  const bounds = new SendLimits(60_000).begin({ signal: AbortSignal.abort(new Error('enough')) });
  const begin = async (): Promise<void> => bounds.begin({ overdue: () => {} }, TRACE);
  expect(await rejection(begin())).toMatchObject({ code: 'EMAILABORTED', retryable: true });
  bounds.end();
  expect(timers()).toBe(before);
});
