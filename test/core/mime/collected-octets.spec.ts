import { describe, expect, it } from '@jest/globals';
import { CollectedOctets } from '../../../lib/core/mime/collected-octets.js';

describe('Octets that come piece by piece', () => {
  it.each([undefined, 0, 3, 6, 7, 100])('are one piece in the end, when %s were expected', expected => {
    const octets = new CollectedOctets(expected);
    // A reader may use the memory of a piece again.
    const memory = Buffer.alloc(3);
    for (const piece of ['abc', 'de', '', 'fg']) octets.add(memory.subarray(0, memory.write(piece)));
    expect(octets.size).toBe(7);
    expect(octets.whole().toString()).toBe('abcdefg');
  });

  it('are none when none came', () => {
    expect(new CollectedOctets(5).whole()).toHaveLength(0);
  });
});
