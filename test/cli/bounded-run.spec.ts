import { expect, it } from '@jest/globals';
import { boundedRun } from '../../lib/cli/bounded-run.js';

const never = new AbortController().signal;
const forever = (): Promise<boolean> => new Promise(() => {});

it('What ends in time is its outcome, also when it is false', async () => {
  const outcome = await boundedRun({ stop: never, timeoutMs: 60_000 }, async () => false);
  expect(outcome).toMatchObject({ value: false, interrupted: false, late: false });
});

it('What does not listen to its signal is not waited for', async () => {
  expect(await boundedRun({ stop: never, timeoutMs: 1 }, forever)).toMatchObject({
    late: true,
    interrupted: false,
  });
  const stop = new AbortController();
  const running = boundedRun({ stop: stop.signal, timeoutMs: undefined }, forever);
  stop.abort();
  expect(await running).toMatchObject({ interrupted: true, late: false });
  expect(await boundedRun({ stop: stop.signal, timeoutMs: undefined }, forever)).toMatchObject({
    interrupted: true,
  });
});

it('What says how far it had come when its time was over has said it', async () => {
  const outcome = await boundedRun(
    { stop: never, timeoutMs: 1 },
    signal => new Promise<string>(resolve => signal.addEventListener('abort', () => resolve('half'))),
  );
  expect(outcome).toMatchObject({ value: 'half', late: false });
});

it('What fails by itself fails, and what fails because it was ended does not', async () => {
  const failing = (): Promise<never> => Promise.reject(new Error('broken'));
  await expect(boundedRun({ stop: never, timeoutMs: undefined }, failing)).rejects.toThrow('broken');
  const ended = AbortSignal.abort();
  expect(await boundedRun({ stop: ended, timeoutMs: undefined }, failing)).toMatchObject({
    interrupted: true,
  });
});
