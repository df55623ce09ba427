import { describe, expect, it } from '@jest/globals';
import { lateImport } from '../../../lib/core/errors/late-import.js';

describe('A module that is imported when it is needed', () => {
  it('is imported once, however many ask for it at the same time and later', async () => {
    let imports = 0;
    const module = { name: 'module' };
    const ask = lateImport(async () => {
      imports++;
      await new Promise(setImmediate);
      return module;
    });
    expect(imports).toBe(0);
    expect(new Set(await Promise.all([ask(), ask(), ask()]))).toEqual(new Set([module]));
    expect(await ask()).toBe(module);
    expect(imports).toBe(1);
  });

  it('is tried again after it could not be imported', async () => {
    const outcomes = [new Error('away'), 'there'];
    const ask = lateImport(async () => {
      const outcome = outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
    const [one, other] = await Promise.allSettled([ask(), ask()]);
    for (const outcome of [one, other])
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'EMAILCONNECT', phase: 'connect', retryable: true, cause: { message: 'away' } },
      });
    expect(await ask()).toBe('there');
  });
});
