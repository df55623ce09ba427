import { describe, expect, it } from '@jest/globals';
import { parseUrl } from '../../../lib/core/address/parse-url.js';

/** So many calls, and V8 has optimized the caller: Node.js 20 then answered otherwise for letters of Latin-1. */
const CALLS = 50_000;

describe('parseUrl', () => {
  it.each([
    'https://exämple.test/é',
    'https://example.test/é',
    'https://日本.test/',
    'mailto:ann@example.test',
  ])('reads %s however often it was asked', text => {
    const answers = new Set(Array.from({ length: CALLS }, () => parseUrl(text)?.href));
    expect([...answers]).toEqual([new URL(text).href]);
  });

  it.each(['', 'example.test', '//example.test', 'https://', 'https://exa mple.test/'])(
    'refuses %j',
    text => {
      expect(parseUrl(text)).toBeUndefined();
    },
  );
});
