import { describe, expect, it } from '@jest/globals';
import { parseAddressList } from '../../../lib/core/address/address-list.js';

describe('A list of mailboxes', () => {
  it.each([
    ['a@b.cc', ['a@b.cc']],
    ['Jane <a@B.CC>, d@e.ff', ['a@b.cc', 'd@e.ff']],
    ['"Doe, Jane; \\"J\\"" <a@b.cc>', ['a@b.cc']],
    ['"x@evil.com" <b@c.dd>', ['b@c.dd']],
    ['=?utf-8?q?a=40b=2C?= <x@y.zz>', ['x@y.zz']],
    ['Grüße Ann <ann@contoso.com>', ['ann@contoso.com']],
    ['a@b.cc (a comment, with (another) one; and \\) more), d@e.ff', ['a@b.cc', 'd@e.ff']],
    ['(first) a@b.cc', ['a@b.cc']],
    ['Team: a@b.cc, "N" <d@e.ff>;, z@z.zz', ['a@b.cc', 'd@e.ff', 'z@z.zz']],
    ['undisclosed-recipients:;', []],
    ['a@b.cc; d@e.ff', ['a@b.cc', 'd@e.ff']],
    [',, a@b.cc,,', ['a@b.cc']],
    ['', []],
    ['a@b.cc,\td@e.ff', ['a@b.cc', 'd@e.ff']],
    [`${'n'.repeat(5000)} <a@b.cc>`, ['a@b.cc']],
    ['<@relay.cc:a@b.cc>', ['a@b.cc']],
    ['Ann <@a.example,@b.example:ann@c.example>, d@e.ff', ['ann@c.example', 'd@e.ff']],
    ['< @a.example , @b.example : ann@c.example >', ['ann@c.example']],
    ['<@a.example,,@[192.0.2.1],@[IPv6:2001:db8::1]:ann@c.example>', ['ann@c.example']],
    ['"a@b: c" : <@relay.cc:a@b.cc>;', ['a@b.cc']],
    ['é@bücher.example', ['é@xn--bcher-kva.example']],
  ])('%j holds %j', (value, addresses) => {
    expect(parseAddressList(value)).toEqual({ addresses, invalid: [] });
  });

  it.each([
    ['a@b.cc d@e.ff', 'a@b.cc d@e.ff', 'has more than one "@"; a list is not one mailbox'],
    [
      '<a@b.cc> SIZE=1 <d@e.ff>',
      '<a@b.cc> SIZE=1 <d@e.ff>',
      'is not exactly one mailbox; a comma may be missing',
    ],
    ['a@b.cc> NOTIFY=x', 'a@b.cc> NOTIFY=x', 'has no valid domain name behind the "@"'],
    ['a@b.cc <d@e.ff>', 'a@b.cc <d@e.ff>', 'is not exactly one mailbox; a comma may be missing'],
    ['Jane', 'Jane', 'has no "@"'],
    ['<>', '<>', 'has no "@"'],
    ['<a@b.cc', '<a@b.cc', 'has characters before the "@" that an address cannot have'],
    ['"unclosed <a@b.cc>, d@e.ff', '"unclosed <a@b.cc>, d@e.ff', 'is a list'],
    ['a@b.cc:25', 'a@b.cc:25', 'has no valid domain name behind the "@"'],
    [
      '<@relay.cc:25:a@b.cc>',
      '<@relay.cc:25:a@b.cc>',
      'has characters before the "@" that an address cannot have',
    ],
    ['<@:a@b.cc>', '<@:a@b.cc>', 'has more than one "@"'],
    ['<@re lay.cc:a@b.cc>', '<@re lay.cc:a@b.cc>', 'has more than one "@"'],
    ['<@a.cc@d.cc:a@b.cc>', '<@a.cc@d.cc:a@b.cc>', 'has more than one "@"'],
    ['<@relay.cc:>', '<@relay.cc:>', 'has no "@"'],
    ['<x@relay.cc:a@b.cc>', '<x@relay.cc:a@b.cc>', 'has more than one "@"'],
  ])('%j names %j as none: nothing vanishes without a word', (value, entry, reason) => {
    const { addresses, invalid } = parseAddressList(value);
    expect(addresses).toEqual([]);
    expect(invalid).toEqual([{ entry, reason: expect.stringContaining(reason) }]);
  });

  it('keeps the good ones among bad ones', () => {
    expect(parseAddressList('Doe, Jane <jane@contoso.com>, a..b@contoso.com')).toEqual({
      addresses: ['jane@contoso.com'],
      invalid: [
        { entry: 'Doe', reason: 'has no "@"' },
        { entry: 'a..b@contoso.com', reason: expect.stringContaining('characters') },
      ],
    });
  });

  it.each(['(', '"', '<', 'a@b,', 'x:', '\\', 'a ', '((a)', '"\\'])(
    'of a megabyte of %j is read without growing slow',
    piece => {
      const { addresses, invalid } = parseAddressList(piece.repeat(1_000_000 / piece.length));
      expect(addresses.length + invalid.length).toBeLessThanOrEqual(250_000);
    },
    10_000,
  );
});
