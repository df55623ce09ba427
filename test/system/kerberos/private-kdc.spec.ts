import { describe, expect, it } from '@jest/globals';
import { rejection } from '../../support/rejection.js';
import { PrivateKdc } from './private-kdc.js';

describe('A private KDC', () => {
  it('gives tickets for the accounts that were added, and leaves no process behind', async () => {
    const kdc = await PrivateKdc.start();
    const keytab = await kdc.addAccounts('ann');
    await kdc.ticket('ann', keytab, 'cache');
    expect(kdc.log()).toMatch(/AS_REQ .* ISSUE: .* ann@CONTOSO\.TEST for krbtgt\/CONTOSO\.TEST/);
    expect(kdc.processIds().length).toBeGreaterThan(0);
    await kdc.stop();
    await kdc.stop();
    expect(kdc.processIds()).toEqual([]);
  });

  it('refuses a ticket for an account that was not added', async () => {
    const kdc = await PrivateKdc.start();
    const keytab = await kdc.addAccounts('ann');
    const refused = await rejection(kdc.ticket('bob', keytab, 'cache'));
    await kdc.stop();
    expect(String(refused)).toMatch(/bob/);
  });

  it('that is not installed makes the tests fail and says how to install it', async () => {
    const programs = {
      krb5kdc: '/nonexistent/krb5kdc',
      kdb5Util: '/usr/sbin/kdb5_util',
      kadminLocal: '/usr/sbin/kadmin.local',
      kinit: '/usr/bin/kinit',
    };
    const missing = String(await rejection(PrivateKdc.start(programs)));
    expect(missing).toContain('/nonexistent/krb5kdc');
    expect(missing).toContain('apt-get install krb5-kdc krb5-admin-server krb5-user');
  });
});
