import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIPv6 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ownAddresses } from '../../../../lib/core/address/loopback.js';
import { localLookup } from '../../../../lib/core/delivery/smtp/local-lookup.js';

const OWN = ownAddresses().map(address => ({ address, family: isIPv6(address) ? 6 : 4 }));

/** What a socket is told. */
function found(
  hostname: string,
  options: LookupOptions,
): Promise<{ code: string | undefined; address: string | LookupAddress[]; family: number | undefined }> {
  return new Promise(resolve => {
    localLookup(hostname, options, (error, address, family) =>
      resolve({ code: error?.code, address, family }),
    );
  });
}

describe('A look for the addresses of this machine', () => {
  it.each(['localhost', 'LOCALHOST', 'proxy.localhost'])('finds both of them: %s', async hostname => {
    expect(await found(hostname, { all: true })).toMatchObject({ code: undefined, address: OWN });
  });

  it.each([4, 'IPv4'] as const)('finds the one of the kind that is asked for: %j', async family => {
    expect(await found('localhost', { family })).toEqual({
      code: undefined,
      address: '127.0.0.1',
      family: 4,
    });
    expect(await found('localhost', { family, all: true })).toMatchObject({
      address: [{ address: '127.0.0.1', family: 4 }],
    });
  });

  it('finds the first one when one is asked for', async () => {
    expect(await found('localhost', {})).toEqual({ code: undefined, ...OWN[0] });
  });

  it('leaves other names to the system', async () => {
    expect(await found('localhost.invalid', {})).toMatchObject({ code: expect.stringMatching(/^E/) });
    expect(await found('127.0.0.2', { family: 0 })).toEqual({
      code: undefined,
      address: '127.0.0.2',
      family: 4,
    });
  });
});
