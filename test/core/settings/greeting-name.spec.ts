import { describe, expect, it } from '@jest/globals';
import { greetingName, isFullName } from '../../../lib/core/settings/greeting-name.js';
import { smtpNameProblems } from '../../../lib/core/settings/local-domain.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';

const SENDER = { fromAddress: 'Contoso <no-reply@Bücher.example>' };
const CONTAINER = { hostname: '4f2a9c', localAddress: '172.17.0.2' };

describe('The name in EHLO', () => {
  it('is the setting LocalDomain before all else', () => {
    const settings = { ...SENDER, localDomain: 'identity.contoso.com' };
    expect(
      greetingName(settings, {
        optionName: 'code.contoso.com',
        hostname: 'vm.contoso.com',
        localAddress: '10.0.0.5',
      }),
    ).toEqual({ name: 'identity.contoso.com', origin: 'LocalDomain' });
  });

  it('is the option smtp.name where the setting is not there', () => {
    const given = { ...CONTAINER, optionName: ' Code.contoso.com ' };
    expect(greetingName(SENDER, given)).toEqual({ name: 'code.contoso.com', origin: 'smtp.name' });
  });

  it.each([
    ['vm7.contoso.com', 'vm7.contoso.com'],
    ['VM7.Contoso.com.', 'vm7.contoso.com'],
    ['vm7.local', 'vm7.local'],
    ['localdomain.contoso.com', 'localdomain.contoso.com'],
  ])('is the host name of the machine if it has a dot: %s', (hostname, name) => {
    expect(greetingName(SENDER, { ...CONTAINER, hostname })).toEqual({ name, origin: 'hostname' });
  });

  it.each([
    '4f2a9c',
    'localhost',
    'localhost.localdomain',
    'Web7.LocalDomain',
    'localhost6.localdomain6',
    'web7.localhost',
    'my_host.contoso.com',
    '10.0.0.5',
    'web.',
    '',
    'a b.contoso.com',
  ])('is the domain of FromAddress in A-labels when the host name is %j', hostname => {
    expect(greetingName(SENDER, { ...CONTAINER, hostname })).toEqual({
      name: 'xn--bcher-kva.example',
      origin: 'FromAddress',
    });
  });

  it.each([
    ['172.17.0.2', '[172.17.0.2]'],
    ['::ffff:172.17.0.2', '[172.17.0.2]'],
    ['2001:db8::5', '[IPv6:2001:db8::5]'],
    [undefined, '[127.0.0.1]'],
  ])('is the own address of the connection when nothing else is there: %s', (localAddress, name) => {
    expect(greetingName({}, { ...CONTAINER, localAddress })).toEqual({ name, origin: 'address' });
  });

  it.each([
    'a@my_domain.example',
    'a@localhost',
    'Ann <a@intranet>',
    'a@localhost.localdomain',
    'a@shop.localhost',
  ])('is the own address when the domain of FromAddress is no full host name: %s', fromAddress => {
    expect(greetingName({ fromAddress }, CONTAINER)).toEqual({
      name: '[172.17.0.2]',
      origin: 'address',
    });
  });
});

it('A full name has a dot and is no literal', () => {
  expect(['mail.contoso.com', 'mail', '[192.0.2.1]', '[IPv6:2001:db8::1]'].map(isFullName)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

describe('Settings that stand in for others', () => {
  const usual = { fromAddress: 'a@contoso.com', localDomain: 'web7.contoso.com' };
  const own = { Host: 'other.contoso.com' };
  const read = (input: object) => readMailSettings(input, { senderRequired: false, usual }).settings;

  it('have the name and the sender of those where they do not say it themselves', () => {
    expect(read(own)).toMatchObject(usual);
    expect(read({ ...own, LocalDomain: 'second.contoso.com', FromAddress: 'b@contoso.com' })).toMatchObject({
      localDomain: 'second.contoso.com',
      fromAddress: 'b@contoso.com',
    });
  });
});

describe('The option smtp.name', () => {
  it.each([[undefined], [{}], [{ name: '' }], [{ name: 'mail.contoso.com' }], [{ name: '192.0.2.1' }]])(
    'is fine in %j',
    smtp => {
      expect(smtpNameProblems(smtp)).toEqual([]);
    },
  );

  it.each([
    ['my_host', /must not hold "_"/],
    ['my host', /without blanks/],
    [true, /must be a text/],
  ])('is refused as the setting is: %j', (name, words) => {
    expect(smtpNameProblems({ name })).toEqual([{ key: 'smtp.name', message: expect.stringMatching(words) }]);
  });
});
