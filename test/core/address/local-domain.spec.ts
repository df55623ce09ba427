import { describe, expect, it } from '@jest/globals';
import { addressLiteral } from '../../../lib/core/address/address-literal.js';
import { LocalDomainError, parseLocalDomain } from '../../../lib/core/address/local-domain.js';

describe('The name of a client in EHLO', () => {
  it.each([
    ['mail.contoso.com', 'mail.contoso.com'],
    ['  Mail.Contoso.COM\n', 'mail.contoso.com'],
    ['mail.contoso.com.', 'mail.contoso.com'],
    ['mail', 'mail'],
    ['3com.example', '3com.example'],
    ['a-b.xn--bcher-kva.example', 'a-b.xn--bcher-kva.example'],
    ['Bücher.Example', 'xn--bcher-kva.example'],
    ['почта.example', 'xn--80a1acny.example'],
    ['[192.0.2.1]', '[192.0.2.1]'],
    ['192.0.2.1', '[192.0.2.1]'],
    ['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
    ['[ipv6:2001:DB8:0:0:0:0:0:1]', '[IPv6:2001:db8::1]'],
    ['IPv6:2001:db8::1', '[IPv6:2001:db8::1]'],
    ['[2001:db8::1]', '[IPv6:2001:db8::1]'],
    ['2001:db8::1', '[IPv6:2001:db8::1]'],
    ['::ffff:192.0.2.1', '[192.0.2.1]'],
  ])('is read from %j as %s', (written, read) => {
    expect(parseLocalDomain(written)).toBe(read);
  });

  it.each([
    ['', /is empty/],
    [' \t', /is empty/],
    ['my_host', /must not hold "_".*but is "my_host"/],
    ['my_host.contoso.com', /must not hold "_"/],
    ['mail contoso.com', /without blanks.*"mail contoso\.com"/],
    ['mail.contoso.com\r\nMAIL FROM:<>', /without blanks.*\\r\\n/],
    ['mail\u00a0.contoso.com', /without blanks/],
    ['https://mail.contoso.com', /not a URL/],
    ['ann@contoso.com', /not a mail address/],
    ['mail.contoso.com:25', /without a port/],
    ['[192.0.2.1', /is no address literal/],
    ['[192.0.2.256]', /is no address literal/],
    ['[mail.contoso.com]', /is no address literal/],
    ['[IPv6:fe80::1%eth0]', /without a zone/],
    ['fe80::1%eth0', /without a zone/],
    ['300.1.2.3', /is no host name/],
    ['12345', /is no host name/],
    ['a..b', /is no host name/],
    ['-mail.contoso.com', /is no host name/],
    ['mail-.contoso.com', /is no host name/],
    ['mail.contoso.com/x', /is no host name/],
    ['ma\u200bil.contoso.com', /is no host name/],
    ['mail.contoso.com\u0000', /is no host name/],
    [`${'a'.repeat(64)}.contoso.com`, /is no host name/],
    [`${'a.'.repeat(130)}com`, /is no host name/],
  ])('is refused in words: %j', (written, words) => {
    const read = (): string => parseLocalDomain(written);
    expect(read).toThrow(LocalDomainError);
    expect(read).toThrow(words);
  });
});

describe('The literal of an address that a socket has', () => {
  it.each([
    ['10.0.0.5', '[10.0.0.5]'],
    ['::ffff:10.0.0.5', '[10.0.0.5]'],
    ['::FFFF:10.0.0.5', '[10.0.0.5]'],
    ['2001:db8:0:0:0:0:0:1', '[IPv6:2001:db8::1]'],
    ['::1', '[IPv6:::1]'],
    ['fe80::1%eth0', '[IPv6:fe80::1]'],
  ])('of %s is %s', (address, literal) => {
    expect(addressLiteral(address)).toBe(literal);
  });

  it('does not exist for what is no address', () => {
    expect(addressLiteral('')).toBeUndefined();
    expect(addressLiteral('mail.contoso.com')).toBeUndefined();
  });
});
