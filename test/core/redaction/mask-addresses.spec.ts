import { expect, it } from '@jest/globals';
import { maskAddresses } from '../../../lib/core/redaction/mask-addresses.js';

it.each([
  ['550 5.1.1 <gone@contoso.com>: no such user', '550 5.1.1 <g***@contoso.com>: no such user'],
  ['a@b.c and bob.the-builder+x@contoso.com', 'a***@b.c and b***@contoso.com'],
  ['é@contoso.com', 'é***@contoso.com'],
  ['"john.secret"@y.test and "a b"@c.dd', '"***@y.test and "***@c.dd'],
  ['<"ann \\"x\\" lee"@contoso.com>', '<"***@contoso.com>'],
  ['😀smile@contoso.com', '😀***@contoso.com'],
  [
    '(got: Ann <ann@contoso.com>, Bob <bob.mil… (95 characters))',
    '(got: Ann <a***@contoso.com>, Bob <b***… (95 characters))',
  ],
  [
    '(got: Ann <ann@contoso.com>, … (95 characters)) and so on…',
    '(got: Ann <a***@contoso.com>, … (95 characters)) and so on…',
  ],
  ["<o'brien@contoso.com>", '<o***@contoso.com>'],
  ['Jane has no "@".', 'Jane has no "@".'],
  ['has more than one "@"; a list is not one mailbox', 'has more than one "@"; a list is not one mailbox'],
  ['"Doe, Jane" <jane> has nothing before the "@"', '"Doe, Jane" <jane> has nothing before the "@"'],
  ['"@" stands alone', '"@" stands alone'],
  ['ann@contoso.com ("@")', 'a***@contoso.com ("@")'],
  ['"ann@" is no address', '"***@" is no address'],
  ['say "ann@contoso.com" has no "@"', 'say "***@contoso.com" has no "@"'],
  ['x"@"y.test', 'x***@"y.test'],
  ['no address here @ all', 'no address here @ all'],
])('Addresses in %j are masked', (text, masked) => {
  expect(maskAddresses(text)).toBe(masked);
});

it('A hostile text of a megabyte is masked in no time worth naming', () => {
  for (const text of ['a'.repeat(1_000_000), 'a@'.repeat(500_000), '@'.repeat(1_000_000)])
    expect(maskAddresses(text).length).toBeGreaterThan(0);
}, 5000);
