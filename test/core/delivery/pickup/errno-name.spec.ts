import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { errnoName } from '../../../../lib/core/delivery/pickup/errno-name.js';

function systemError(code: string, errno: number): Error {
  return Object.assign(new Error('failed'), { code, errno });
}

describe('The name of a system error', () => {
  it('is its code where there is one', () => {
    expect(errnoName(systemError('ENOSPC', -28))).toBe('ENOSPC');
  });

  it.each(['EDQUOT', 'ESTALE'] as const)(
    'is found by its number for %s, which Node has no code for',
    name => {
      const number = constants.errno[name];
      expect(errnoName(systemError(`Unknown system error -${number}`, -number))).toBe(name);
    },
  );

  it('is the code also where nobody knows that number, and nothing for another error', () => {
    expect(errnoName(systemError('Unknown system error -9999', -9999))).toBe('Unknown system error -9999');
    expect(errnoName(new Error('other'))).toBeUndefined();
    expect(errnoName('text')).toBeUndefined();
  });
});
