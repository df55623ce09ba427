import { describe, expect, it } from '@jest/globals';
import { searchModel } from './spin.js';

/** A search takes seconds on an idle machine. */
const PATIENCE_MS = 300_000;

describe('The protocol of the relays, by all orders in which its steps can come', () => {
  it.each([
    ['one mail and two kills', ['MAILS=1', 'KILLS=2'], 500_000],
    ['two mails and one kill', ['MAILS=2', 'KILLS=1'], 1_000_000],
    [
      'two mails whose ends may be unconfirmed, and one kill',
      ['MAILS=2', 'KILLS=1', 'UNCONFIRMED=2', 'ROBBERIES=0'],
      100_000,
    ],
    ['three mails and one kill', ['MAILS=3', 'KILLS=1', 'ROBBERIES=0', 'DEFERRALS=0'], 1_000_000],
    [
      'two mails, one of them refused for good, and one kill',
      ['MAILS=2', 'KILLS=1', 'REFUSALS=1', 'ROBBERIES=0'],
      100_000,
    ],
    ['losses of power of the machine of a relay', ['POWER', 'RELAYS=1', 'MAILS=2', 'KILLS=2'], 10_000],
  ] as const)(
    'loses and doubles nothing and leaves nothing behind with %s',
    async (_name, defines, atLeast) => {
      const { violated, steps, states } = await searchModel(defines);
      expect({ violated, steps }).toEqual({ violated: undefined, steps: [] });
      // Fewer would mean that the model stands still early.
      expect(states).toBeGreaterThan(atLeast);
    },
    PATIENCE_MS,
  );

  it(
    'does so with two recipients, refusals and two kills, and every step of the model is taken there',
    async () => {
      const { violated, steps, untaken } = await searchModel([
        'MAILS=1',
        'KILLS=2',
        'RECIPIENTS=2',
        'REFUSALS=1',
      ]);
      expect({ violated, steps, untaken }).toEqual({ violated: undefined, steps: [], untaken: [] });
    },
    PATIENCE_MS,
  );

  it.each([
    ['when one relay dies', ['MAILS=1', 'KILLS=1']],
    ['when the server refuses a mail and a relay dies', ['MAILS=1', 'KILLS=1', 'REFUSALS=1']],
  ] as const)(
    'brings every mail to its end, as long as nobody is kept from going on, %s',
    async (_name, defines) => {
      const { violated, states } = await searchModel(defines, 'fair runs');
      expect(violated).toBeUndefined();
      expect(states).toBeGreaterThan(10_000);
    },
    PATIENCE_MS,
  );
});
