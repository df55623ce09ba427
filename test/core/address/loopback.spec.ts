import { describe, expect, it } from '@jest/globals';
import { isLoopbackAddress } from '../../../lib/core/address/loopback.js';

describe('The address of a connection', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.0',
    '127.255.255.255',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::FFFF:127.8.9.10',
    '::ffff:7f00:1',
  ])('%s is loopback', address => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each([
    '128.0.0.1',
    '126.255.255.255',
    '0.0.0.0',
    '10.127.0.1',
    '::',
    '::2',
    '::127.0.0.1',
    '::ffff:128.0.0.1',
    '::ffff:0.0.0.0',
    '64:ff9b::127.0.0.1',
    'fe80::1',
    'fd00::1',
  ])('%s is not', address => {
    expect(isLoopbackAddress(address)).toBe(false);
  });

  it.each(['localhost', '127.1', '127.0.0.1.contoso.com', '127.0.0.1:25', '[::1]', '127.0.0.01', '', ' '])(
    'is not what another text says: %j',
    text => {
      expect(isLoopbackAddress(text)).toBe(false);
    },
  );

  it('that is not known is not loopback', () => {
    expect(isLoopbackAddress(undefined)).toBe(false);
  });
});
