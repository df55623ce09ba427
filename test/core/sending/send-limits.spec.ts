import { expect, it } from '@jest/globals';
import { SendLimits } from '../../../lib/core/sending/send-limits.js';
import { sendTrace } from '../../../lib/core/sending/send-trace.js';
import { rejection } from '../../support/rejection.js';

const TRACE = sendTrace({ subject: 's', to: 'ann@contoso.test', text: 'x' });

it('A send that comes to its bounds only after the end of the grace time is closed, as any other', async () => {
  const limits = new SendLimits(0);
  const bounds = limits.begin({});
  // Until the send has ended, its bounds are under way: the shutdown waits for them, and cuts them.
  await limits.close(0, () => Promise.resolve());
  const sent = rejection(bounds.race(TRACE, () => Promise.resolve('sent')));
  expect(await sent).toMatchObject({ code: 'EMAILCLOSED', phase: 'connect', retryable: true });
});

it('A delivery that cannot be closed holds none of its sends: they are closed, and the shutdown tells the trouble', async () => {
  const limits = new SendLimits(0);
  const sent = rejection(limits.begin({}).race(TRACE, () => new Promise(() => {})));
  const trouble = new Error('cannot be closed');
  expect(await rejection(limits.close(10, () => Promise.reject(trouble)))).toBe(trouble);
  expect(await sent).toMatchObject({ code: 'EMAILCLOSED' });
});
