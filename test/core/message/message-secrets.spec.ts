import { describe, expect, it } from '@jest/globals';
import { secretsOf } from '../../../lib/core/message/message-secrets.js';

const LINK = 'https://contoso.com/x/0123456789-secret-part';

describe('The secrets of a message', () => {
  it.each([
    ['verify-address', 'verifyUrl'],
    ['invitation', 'acceptUrl'],
    ['account-locked', 'unlockUrl'],
    ['reset-password', 'resetUrl'],
    ['password-reset-by-administrator', 'resetUrl'],
    ['password-reset-by-administrator', 'password'],
    ['reset-password-one-way', 'password'],
  ])('are in the built-in mail %s what stands in %s', (template, field) => {
    const found = secretsOf({ template, context: { displayName: 'Ann', [field]: LINK } });
    expect(found).toContain(LINK);
    expect(found).toContain('0123456789-secret-part');
    expect(found).not.toContain('Ann');
  });

  it('are not the links of other templates, which the application names', () => {
    expect(secretsOf({ template: 'welcome', context: { acceptUrl: LINK } })).toEqual([]);
    expect(secretsOf({ template: 'notification', context: { action: { label: 'x', url: LINK } } })).toEqual(
      [],
    );
  });

  it('are looked for in so many values, and what is behind them is not even listed', () => {
    let listed = 0;
    const endless = (): object =>
      new Proxy(
        {},
        {
          get: endless,
          ownKeys: () => {
            listed++;
            return Array.from({ length: 2000 }, (_, index) => `k${index}`);
          },
          getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
        },
      );
    expect(secretsOf({ template: 'welcome', context: { token: LINK, more: endless() } })).toContain(LINK);
    expect(listed).toBeLessThan(60);
  });
});
