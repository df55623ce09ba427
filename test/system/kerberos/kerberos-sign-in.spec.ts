import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { stopMailers } from '../sign-in/mailer-child.js';
import { FOREIGN_HOST, KerberosRealm, MAIL_HOST, PASSWORD_USER } from './kerberos-realm.js';

const MESSAGE = { to: 'ann@contoso.test', subject: 'By Kerberos' };

let realm: KerberosRealm;
beforeAll(async () => {
  realm = await KerberosRealm.start();
});
afterEach(stopMailers);
afterAll(() => realm.stop());

/** How often each text of this kind has arrived. */
async function arrived(pattern: RegExp): Promise<number[]> {
  await realm.postfix.idle();
  return [...(await realm.postfix.countById(pattern)).values()];
}

describe('With UseDefaultCredentials', () => {
  it.each([
    ['StartTls', 'startTls'],
    ['SslOnConnect', 'implicitTls'],
  ] as const)('a mail is signed in by Kerberos under %s', async (SecureSocketOption, port) => {
    const account = `ann-${port.toLowerCase()}`;
    const mailer = await realm.mailer(await realm.signedIn(account), {
      SecureSocketOption,
      Port: realm.postfix.ports[port],
    });
    expect(mailer.started).toEqual({ status: 'started' });
    expect(await mailer.verify()).toEqual({ status: 'verified' });
    expect(await mailer.send({ ...MESSAGE, text: `under-${port}` })).toEqual([{ status: 'accepted' }]);
    expect(await mailer.close()).toEqual({ code: 0, signal: null });
    expect(mailer.log).toBe('');
    expect(realm.signIns('GSSAPI', `${account}@contoso.test`)).toBe(1);
    expect(await arrived(new RegExp(`under-${port}`))).toEqual([1]);
    expect(realm.kdc.log()).toMatch(
      new RegExp(`TGS_REQ .* ISSUE: .* ${account}@CONTOSO\\.TEST for smtp/localhost@CONTOSO\\.TEST`),
    );
  });

  it('50 mails at once go over connections that have each signed in, and arrive once', async () => {
    const before = realm.postfix.log().match(/TLS connection established/g)?.length ?? 0;
    const mailer = await realm.mailer(await realm.signedIn('crowd'), { MaxConnections: 5 });
    const messages = Array.from({ length: 50 }, (_, index) => ({ ...MESSAGE, text: `crowd-${index}-end` }));
    const outcomes = await mailer.send(...messages);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(50);
    await mailer.close();
    expect(realm.signIns('GSSAPI', 'crowd@contoso.test')).toBe(50);
    const connections = (realm.postfix.log().match(/TLS connection established/g)?.length ?? 0) - before;
    expect(connections).toBeGreaterThan(1);
    expect(connections).toBeLessThanOrEqual(5);
    expect(await arrived(/crowd-(\d+)-end/)).toEqual(Array.from({ length: 50 }, () => 1));
  });

  it('a connection for each mail signs in each time', async () => {
    const mailer = await realm.mailer(await realm.signedIn('often'), {}, { smtp: { maxMessages: 1 } });
    const messages = Array.from({ length: 12 }, (_, index) => ({ ...MESSAGE, text: `often-${index}-end` }));
    const outcomes = await mailer.send(...messages);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(12);
    await mailer.close();
    expect(realm.signIns('GSSAPI', 'often@contoso.test')).toBe(12);
    expect(await arrived(/often-(\d+)-end/)).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it.each([
    ['at-host', `smtp@${MAIL_HOST}`],
    ['principal', `smtp/${MAIL_HOST}`],
    ['principal-of-realm', `smtp/${MAIL_HOST}@CONTOSO.TEST`],
  ])(
    'the service that ServicePrincipal names is asked for a ticket, whatever Host is: %s',
    async (account, ServicePrincipal) => {
      const mailer = await realm.mailer(await realm.signedIn(account), { ServicePrincipal });
      expect(await mailer.send({ ...MESSAGE, text: 'named' })).toEqual([{ status: 'accepted' }]);
      await mailer.close();
      expect(realm.signIns('GSSAPI', `${account}@contoso.test`)).toBe(1);
      expect(realm.kdc.log()).toContain(`${account}@CONTOSO.TEST for smtp/${MAIL_HOST}@CONTOSO.TEST`);
      expect(realm.kdc.log()).not.toContain(`${account}@CONTOSO.TEST for smtp/localhost@CONTOSO.TEST`);
    },
  );

  it('a ServicePrincipal that the realm does not know is an error that names it and the setting', async () => {
    const mailer = await realm.mailer(await realm.signedIn('astray'), {
      ServicePrincipal: 'smtp@nowhere.contoso.test',
    });
    const [outcome] = await mailer.send({ ...MESSAGE, text: 'never' });
    expect(outcome?.error).toMatchObject({
      name: 'MailDeliveryError',
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/smtp@nowhere\.contoso\.test/),
    });
    expect(outcome?.error?.message).toMatch(/ServicePrincipal/);
    expect(outcome?.error?.message).toMatch(/not found in Kerberos database/);
    expect((await mailer.verify()).error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(realm.signIns('GSSAPI', 'astray@contoso.test')).toBe(0);
  });

  it('a service whose key the server has not is refused by the server, and no token is shown', async () => {
    const mailer = await realm.mailer(await realm.signedIn('stranger'), {
      ServicePrincipal: `smtp@${FOREIGN_HOST}`,
    });
    const [outcome] = await mailer.send({ ...MESSAGE, text: 'never' });
    expect(outcome?.error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 535,
      message: expect.stringMatching(/ServicePrincipal/),
    });
    expect(outcome?.error?.message).toContain(`smtp@${FOREIGN_HOST}`);
    // A token of GSSAPI begins with these octets, the length aside.
    expect(outcome?.error?.shown).not.toMatch(/YII[A-Za-z0-9+/]{40}/);
    expect(mailer.log).not.toMatch(/YII[A-Za-z0-9+/]{40}/);
    expect(realm.signIns('GSSAPI', 'stranger@contoso.test')).toBe(0);
  });

  it('a keytab of the client stands in for kinit', async () => {
    const mailer = await realm.mailer({
      ...realm.environment,
      KRB5CCNAME: realm.kdc.emptyCache('service-account'),
      KRB5_CLIENT_KTNAME: await realm.keytab('service-account'),
    });
    expect(await mailer.send({ ...MESSAGE, text: 'by-keytab' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(realm.signIns('GSSAPI', 'service-account@contoso.test')).toBe(1);
  });

  it('a fallback signs in by Kerberos too', async () => {
    const mailer = await realm.mailer(
      await realm.signedIn('second'),
      { UseDefaultCredentials: false, Port: 1 },
      { fallback: realm.settings },
    );
    expect(await mailer.send({ ...MESSAGE, text: 'by-fallback' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(realm.signIns('GSSAPI', 'second@contoso.test')).toBe(1);
  });
});

describe('Without UseDefaultCredentials', () => {
  it('a ticket that is there is not used: a password signs in by PLAIN', async () => {
    const mailer = await realm.mailer(await realm.signedIn('idle'), {
      UseDefaultCredentials: false,
      ...PASSWORD_USER,
    });
    expect(await mailer.send({ ...MESSAGE, text: 'by-password' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(realm.signIns('PLAIN', PASSWORD_USER.Username)).toBe(1);
    expect(realm.signIns('GSSAPI', 'idle@contoso.test')).toBe(0);
    expect(realm.kdc.log()).not.toContain('idle@CONTOSO.TEST for smtp/');
  });

  it('nor is it when the server refuses a mail for want of a sign-in', async () => {
    const mailer = await realm.mailer(await realm.signedIn('quiet'), { UseDefaultCredentials: false });
    const [outcome] = await mailer.send({ ...MESSAGE, text: 'never' });
    expect(outcome?.error).toMatchObject({ code: 'EMAILENVELOPE', responseCode: 554 });
    expect(realm.kdc.log()).not.toContain('quiet@CONTOSO.TEST for smtp/');
  });
});
