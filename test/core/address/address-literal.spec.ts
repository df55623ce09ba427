import { describe, expect, it } from '@jest/globals';
import { normalizeAddressLiteral } from '../../../lib/core/address/address-literal.js';
import { checkMailbox, MailboxSyntaxError, parseMailbox } from '../../../lib/core/address/parse-mailbox.js';

describe('An address literal', () => {
  it.each([
    ['[192.0.2.1]', '[192.0.2.1]'],
    ['[IPv6:2001:DB8::1]', '[IPv6:2001:db8::1]'],
    ['[ipv6:::1]', '[IPv6:::1]'],
    ['[IPv6:2001:0db8:0:0:0:0:0:0001]', '[IPv6:2001:db8::1]'],
    ['[IPv6:::ffff:192.0.2.1]', '[IPv6:::ffff:c000:201]'],
  ])('%s is brought into one form', (written, normal) => {
    expect(normalizeAddressLiteral(written)).toBe(normal);
  });

  it.each([
    '192.0.2.1',
    '[192.0.2.256]',
    '[192.0.2]',
    '[0x7f.1]',
    '[2001:db8::1]',
    '[IPv6:2001:db8::1%eth0]',
    '[IPv6:192.0.2.1]',
    '[tag:content]',
    '[192.0.2.1',
    '[[192.0.2.1]]',
    '[]',
    '[192.0.2.1]x',
  ])('is not %s', written => {
    expect(normalizeAddressLiteral(written)).toBeUndefined();
  });

  it('is refused in a mailbox unless the rules allow it', () => {
    expect(() => parseMailbox('ann@[192.0.2.1]')).toThrow(MailboxSyntaxError);
    expect(() => checkMailbox('Ann', 'ann@[192.0.2.1]')).toThrow(/address literal/);
    expect(parseMailbox('Ann <ann@[192.0.2.1]>', { literals: true })).toEqual({
      name: 'Ann',
      address: 'ann@[192.0.2.1]',
    });
    expect(checkMailbox(undefined, 'ann@[IPv6:::1]', { literals: true }).address).toBe('ann@[IPv6:::1]');
    expect(() => parseMailbox('ann@[999.0.2.1]', { literals: true })).toThrow(/no valid address literal/);
  });
});
