import { describe, expect, it } from '@jest/globals';
import { checkMailbox, MailboxSyntaxError, parseMailbox } from '../../../lib/core/address/parse-mailbox.js';

const LABEL_63 = 'd'.repeat(63);
const DOMAIN_253 = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'e'.repeat(61)}`;

describe('parseMailbox takes a plain address', () => {
  it.each([
    ['ann@contoso.com', 'ann@contoso.com'],
    ['  ann@contoso.com ', 'ann@contoso.com'],
    ['<ann@contoso.com>', 'ann@contoso.com'],
    ['< ann@contoso.com >', 'ann@contoso.com'],
    ['ann@CONTOSO.com', 'ann@contoso.com'],
    ['Ann.Lee@Contoso.Com', 'Ann.Lee@contoso.com'],
    ["o'hara+news@contoso.com", "o'hara+news@contoso.com"],
    ["!#$%&'*+-/=?^_`{|}~@contoso.com", "!#$%&'*+-/=?^_`{|}~@contoso.com"],
    ['root@localhost', 'root@localhost'],
    ['a@x.contoso-1.com', 'a@x.contoso-1.com'],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
    ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@ｃｏｎｔｏｓｏ.com', 'a@contoso.com'],
    ['a@contoso。com', 'a@contoso.com'],
    ['jörg@contoso.com', 'jörg@contoso.com'],
    ['דוד@contoso.com', 'דוד@contoso.com'],
    ['用户@例え.jp', '用户@xn--r8jz45g.jp'],
    [`${'l'.repeat(64)}@contoso.com`, `${'l'.repeat(64)}@contoso.com`],
    [`${'é'.repeat(32)}@contoso.com`, `${'é'.repeat(32)}@contoso.com`],
  ])('%j', (text, address) => {
    expect(parseMailbox(text)).toStrictEqual({ address });
  });
});

describe('parseMailbox takes a name before the address', () => {
  it.each([
    ['Ann <ann@contoso.com>', 'Ann'],
    ['Ann Lee<ann@contoso.com>', 'Ann Lee'],
    ['"Lee, Ann" <ann@contoso.com>', 'Lee, Ann'],
    ['"Ann \\"The Boss\\" Lee" <ann@contoso.com>', 'Ann "The Boss" Lee'],
    ['"back\\\\slash" <ann@contoso.com>', 'back\\slash'],
    ['"a@evil.com" <ann@contoso.com>', 'a@evil.com'],
    ['"x <y@z.com>" <ann@contoso.com>', 'x <y@z.com>'],
    ['J. R. Lee <ann@contoso.com>', 'J. R. Lee'],
    ["Ann O'Hara & Sons <ann@contoso.com>", "Ann O'Hara & Sons"],
    ['דוד לוי <ann@contoso.com>', 'דוד לוי'],
    ['محمد <ann@contoso.com>', 'محمد'],
    ['Ann 🎉 <ann@contoso.com>', 'Ann 🎉'],
    ['👩‍👩‍👧 Family <ann@contoso.com>', '👩‍👩‍👧 Family'],
    ['山田太郎 <ann@contoso.com>', '山田太郎'],
    ['=?utf-8?Q?x?= <ann@contoso.com>', '=?utf-8?Q?x?='],
    [`${'N'.repeat(900)} <ann@contoso.com>`, 'N'.repeat(900)],
  ])('%j', (text, name) => {
    expect(parseMailbox(text)).toStrictEqual({ name, address: 'ann@contoso.com' });
  });

  it('and leaves an empty name out', () => {
    expect(parseMailbox('"" <ann@contoso.com>')).toStrictEqual({ address: 'ann@contoso.com' });
    expect(parseMailbox('" " <ann@contoso.com>')).toStrictEqual({ address: 'ann@contoso.com' });
  });
});

const REFUSED: readonly [why: string, text: string, message: RegExp][] = [
  ['nothing', '', /is empty/],
  ['only spaces', '   ', /is empty/],
  ['a header injection', 'u@ok.com\r\nBcc: evil@x', /control or invisible/],
  ['a header injection in a name', 'Ann\r\nBcc: evil@x <u@ok.com>', /control or invisible/],
  ['a trailing line end', 'u@ok.com\r\n', /control or invisible/],
  ['a bare LF', 'u@ok.com\nevil@x', /control or invisible/],
  ['a bare CR', 'u@ok.com\revil@x', /control or invisible/],
  ['a tab', 'u\t@ok.com', /control or invisible/],
  ['NUL', 'u@ok.com\0.evil.com', /control or invisible/],
  ['NUL in a name', 'A\0nn <u@ok.com>', /control or invisible/],
  ['DEL', 'u\u007f@ok.com', /control or invisible/],
  ['a C1 control', 'u\u0085@ok.com', /control or invisible/],
  ['a zero-width space in the local part', 'u\u200b@ok.com', /control or invisible/],
  ['a zero-width space in the domain', 'u@o\u200bk.com', /control or invisible/],
  ['a zero-width space before the address', '\u200bu@ok.com', /control or invisible/],
  ['a zero-width joiner in the domain', 'u@o\u200dk.com', /control or invisible/],
  ['a soft hyphen', 'u@o\u00adk.com', /control or invisible/],
  ['a byte-order mark', '\ufeffu@ok.com', /control or invisible/],
  ['a right-to-left override in a name', 'Ann \u202egnp.exe <u@ok.com>', /control or invisible/],
  ['a line separator', 'u@ok.com\u2028evil@x', /control or invisible/],
  ['a lone surrogate', 'u\ud800@ok.com', /control or invisible/],
  ['a tag character', 'u\u{e0041}@ok.com', /control or invisible/],
  ['two addresses with a comma', 'a@ok.com, b@ok.com', /list/],
  ['two addresses with a semicolon', 'a@ok.com;b@ok.com', /list/],
  ['two addresses with a space', 'a@ok.com b@ok.com', /list/],
  ['two mailboxes with names', 'A <a@ok.com>, B <b@ok.com>', /not exactly one mailbox/],
  ['a trailing comma', 'a@ok.com,', /domain name/],
  ['an address before angle brackets', 'a@ok.com <b@ok.com>', /not exactly one mailbox/],
  ['a group', 'Team: a@ok.com, b@ok.com;', /list/],
  ['an empty group', 'undisclosed-recipients:;', /no "@"/],
  ['a comment in the local part', 'a(x)@ok.com', /characters before the "@"/],
  ['a comment behind the domain', 'a@ok.com (Ann)', /domain name/],
  ['a comment before a mailbox', '(x) <a@ok.com>', /not exactly one mailbox/],
  ['a source route', '<@relay.com:a@ok.com>', /more than one "@"/],
  ['a quoted local part', '"ann lee"@ok.com', /quoted local part/],
  ['a quoted local part with an address', '"a@evil.com"@ok.com', /more than one "@"|quoted/],
  ['a quoted pair', 'a\\@b@ok.com', /more than one "@"/],
  ['an IPv4 literal', 'a@[10.0.0.1]', /address literal/],
  ['an IPv6 literal', 'a@[IPv6:::1]', /address literal/],
  ['an IP address', 'a@10.0.0.1', /domain name/],
  ['an IP address in hexadecimal', 'a@0x7f.1', /domain name/],
  ['an IP address in full-width digits', 'a@１２７.０.０.１', /domain name/],
  ['no local part', '@ok.com', /nothing before/],
  ['no domain', 'a@', /domain name/],
  ['no at', 'ann', /no "@"/],
  ['empty brackets', 'Ann <>', /no "@"/],
  ['an open bracket', 'Ann <a@ok.com', /domain name|characters|mailbox/],
  ['a closing bracket only', 'a@ok.com>', /without a "<"/],
  ['nested brackets', 'Ann <<a@ok.com>>', /domain name/],
  ['text behind the brackets', 'Ann <a@ok.com> x', /characters before/],
  ['a name with an open quote', '"Ann <a@ok.com>', /quoted name/],
  ['text behind a quoted name', '"Ann" Lee <a@ok.com>', /quoted name/],
  ['an unquoted comma in a name', 'Lee, Ann <a@ok.com>', /double quotes/],
  ['a leading dot', '.a@ok.com', /characters before/],
  ['a trailing dot', 'a.@ok.com', /characters before/],
  ['two dots', 'a..b@ok.com', /characters before/],
  ['a space in the local part', 'a b@ok.com', /characters before/],
  ['a no-break space in the local part', 'a\u00a0b@ok.com', /characters before/],
  ['an ideographic space in the local part', 'ä\u3000b@ok.com', /characters before/],
  ['an em space in the local part', 'ä\u2003b@ok.com', /characters before/],
  ['a blank Braille pattern in the local part', 'a\u2800b@ok.com', /characters before/],
  ['a space in the domain', 'a@ok .com', /domain name/],
  ['an empty label', 'a@ok..com', /domain name/],
  ['a domain beginning with a dot', 'a@.ok.com', /domain name/],
  ['a domain ending in a dot', 'a@ok.com.', /domain name/],
  ['a label beginning with a hyphen', 'a@-ok.com', /domain name/],
  ['a label of 64 octets', `a@${'d'.repeat(64)}.com`, /domain name/],
  ['a domain of 253 octets', `a@${DOMAIN_253}`, /has 255 octets/],
  ['a domain of 254 octets', `a@${DOMAIN_253}e`, /domain name/],
  ['a wrong A-label', 'a@xn--a.com', /domain name/],
  ['a percent escape in the domain', 'a@ok%2ecom', /domain name/],
  ['a slash in the domain', 'a@ok.com/x', /domain name/],
  ['a port', 'a@ok.com:25', /domain name/],
  ['65 octets before the at', `${'l'.repeat(65)}@ok.com`, /more than 64 octets/],
  ['65 octets in fewer characters', `${'é'.repeat(33)}@ok.com`, /more than 64 octets/],
  ['a mailto link', 'mailto:a@ok.com', /characters before/],
  ['1 MB of local part', `${'a'.repeat(1_000_000)}@ok.com`, /too long/],
  ['1 MB of name', `${'a '.repeat(500_000)}<a@ok.com>`, /too long/],
  ['1 MB of quotes', `${'"\\'.repeat(500_000)}<a@ok.com>`, /too long/],
  ['1 MB of brackets', '<'.repeat(1_000_000), /too long/],
];

describe('parseMailbox refuses', () => {
  it.each(REFUSED)('%s', (_why, text, message) => {
    expect(() => parseMailbox(text)).toThrow(MailboxSyntaxError);
    expect(() => parseMailbox(text)).toThrow(message);
  });
});

describe('checkMailbox', () => {
  it('takes a name that could not stand unquoted in a text', () => {
    expect(checkMailbox('Lee, "Ann" <x@y.com>', 'ann@Contoso.com')).toStrictEqual({
      name: 'Lee, "Ann" <x@y.com>',
      address: 'ann@contoso.com',
    });
  });

  it.each([[undefined], [''], ['  ']])('leaves an empty name out: %j', name => {
    expect(checkMailbox(name, ' ann@contoso.com ')).toStrictEqual({ address: 'ann@contoso.com' });
  });

  it.each(REFUSED.filter(([why]) => !/name|bracket|mailbox/.test(why)))(
    'refuses as an address: %s',
    (_why, text) => {
      expect(() => checkMailbox('Ann', text)).toThrow(MailboxSyntaxError);
    },
  );

  it.each([['Ann <ann@contoso.com>'], ['<ann@contoso.com>']])(
    'refuses a name within the address: %s',
    address => {
      expect(() => checkMailbox(undefined, address)).toThrow(MailboxSyntaxError);
    },
  );

  it.each([
    ['CRLF', 'Ann\r\nBcc: evil@x'],
    ['NUL', 'A\0nn'],
    ['a trailing line end', 'Ann\n'],
    ['a right-to-left override', 'Ann\u202e'],
    ['a lone surrogate', 'Ann \udc00'],
    ['1 MB', 'a'.repeat(1_000_000)],
  ])('refuses a name with %s', (_why, name) => {
    expect(() => checkMailbox(name, 'ann@contoso.com')).toThrow(MailboxSyntaxError);
  });
});
