import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../postfix/eventually.js';
import { PrivateDovecot } from '../postfix/private-dovecot.js';
import { PrivatePostfix } from '../postfix/private-postfix.js';
import { MailerChild, stopMailers } from '../sign-in/mailer-child.js';
import { PackedProject } from '../sign-in/packed-project.js';
import { KerberosRealm, PASSWORD_USER } from './kerberos-realm.js';

const MESSAGE = { to: 'ann@contoso.test', subject: 'By Kerberos' };
const NEVER = { ...MESSAGE, text: 'never-to-arrive' };

let realm: KerberosRealm;
beforeAll(async () => {
  realm = await KerberosRealm.start();
});
afterEach(stopMailers);
afterAll(() => realm.stop());

/** What every error of a sign-in by Kerberos has. */
const refused = (retryable: boolean) => ({
  name: 'MailDeliveryError',
  code: 'EMAILAUTH',
  phase: 'auth',
  retryable,
  message: expect.stringMatching(/Kerberos/),
});

describe('Without a ticket', () => {
  it('a send fails, and the error says whose service was to be asked and what to do', async () => {
    const mailer = await realm.mailer(realm.environment);
    expect(mailer.started).toEqual({ status: 'started' });
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject(refused(true));
    expect(outcome?.error?.message).toContain('smtp@localhost');
    expect(outcome?.error?.message).toContain('kinit');
    expect(outcome?.error?.message).toMatch(/No Kerberos credentials available/);
    expect((await mailer.verify()).error).toMatchObject(refused(true));
    expect(await mailer.close()).toEqual({ code: 0, signal: null });
  });

  it('an application that runs sends as soon as it has got one, and again when an expired one was renewed', async () => {
    const env = { ...realm.environment, KRB5CCNAME: realm.kdc.emptyCache('patient') };
    // A connection for each mail, so that each mail signs in.
    const mailer = await realm.mailer(env, {}, { smtp: { maxMessages: 1 } });
    const sent = async (): Promise<unknown> => (await mailer.send({ ...MESSAGE, text: 'patient' }))[0];
    expect(await sent()).toMatchObject({ error: refused(true) });
    await realm.signedIn('patient', 3);
    expect(await sent()).toEqual({ status: 'accepted' });
    await sleep(4000);
    const expired = await sent();
    expect(expired).toMatchObject({ error: refused(true) });
    expect(expired).toMatchObject({ error: { message: expect.stringMatching(/expired.*kinit/is) } });
    await realm.signedIn('patient');
    expect(await sent()).toEqual({ status: 'accepted' });
    await mailer.close();
    expect(realm.signIns('GSSAPI', 'patient@contoso.test')).toBe(2);
  });

  it('a keytab of an account that is not there any more gives none, and the account is named', async () => {
    const KRB5_CLIENT_KTNAME = await realm.keytab('former');
    await realm.kdc.removeAccount('former');
    const KRB5CCNAME = realm.kdc.emptyCache('former');
    const mailer = await realm.mailer({ ...realm.environment, KRB5_CLIENT_KTNAME, KRB5CCNAME });
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject(refused(false));
    expect(outcome?.error?.message).toMatch(/former@CONTOSO\.TEST.*not found in Kerberos database/);
  });

  it('nor with a configuration that is not there, and the error says where to look', async () => {
    const env = { ...(await realm.signedIn('lost')), KRB5_CONFIG: '/nonexistent/krb5.conf' };
    const mailer = await realm.mailer(env);
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(outcome?.error?.message).toContain('smtp@localhost');
    expect(outcome?.error?.message).toContain('krb5.conf');
  });
});

describe('While the KDC is down', () => {
  afterEach(() => realm.kdc.restart());

  it('a ticket for the server that is in the cache is enough, also for a new process', async () => {
    const env = await realm.signedIn('prepared');
    const first = await realm.mailer(env);
    expect(await first.send({ ...MESSAGE, text: 'before' })).toEqual([{ status: 'accepted' }]);
    await first.close();
    await realm.kdc.kill();
    const second = await realm.mailer(env);
    expect(await second.send({ ...MESSAGE, text: 'while' })).toEqual([{ status: 'accepted' }]);
    await second.close();
    expect(realm.signIns('GSSAPI', 'prepared@contoso.test')).toBe(2);
  });

  it('a send that needs a ticket for the server fails, can be tried again, and works when the KDC is back', async () => {
    const mailer = await realm.mailer(await realm.signedIn('unprepared'));
    await realm.kdc.kill();
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject(refused(true));
    expect(outcome?.error?.message).toMatch(/KDC|CONTOSO\.TEST/);
    expect(outcome?.error?.message).toContain('smtp@localhost');
    await realm.kdc.restart();
    expect(await mailer.send({ ...MESSAGE, text: 'after' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
  });
});

describe('While the KDC takes connections and says nothing', () => {
  afterEach(() => realm.kdc.thaw());

  it('a send waits for it until ConnectionTimeout is over, and the application closes and sends again as ever', async () => {
    const mailer = await realm.mailer(await realm.signedIn('waiting'), { ConnectionTimeout: 2 });
    realm.kdc.freeze();
    const outcomes = await mailer.send(NEVER, NEVER);
    for (const { error } of outcomes) {
      expect(error).toMatchObject({ name: 'MailDeliveryError', phase: 'auth', retryable: true });
      expect(error?.message).toContain('Kerberos');
    }
    expect((await mailer.verify()).error).toMatchObject({ name: 'MailDeliveryError', retryable: true });
    realm.kdc.thaw();
    await eventually('the mailer sends', async () => {
      const [outcome] = await mailer.send({ ...MESSAGE, text: 'thawed' });
      return outcome?.status === 'accepted';
    });
    expect(await mailer.close()).toEqual({ code: 0, signal: null });
  });
});

describe('A server that offers no GSSAPI', () => {
  it('gets neither a sign-in nor a mail, and the error names what it offers', async () => {
    const dovecot = await PrivateDovecot.start({
      mechanisms: 'plain login',
      users: { [PASSWORD_USER.Username]: PASSWORD_USER.Password },
    });
    const postfix = await PrivatePostfix.start({ parameters: dovecot.postfixParameters });
    try {
      const env = await realm.signedIn('unwanted');
      const mailer = await realm.mailer(
        { ...env, NODE_EXTRA_CA_CERTS: undefined },
        { Port: postfix.ports.startTls },
        { smtp: { tls: { ca: postfix.ca } } },
      );
      const [outcome] = await mailer.send(NEVER);
      expect(outcome?.error).toMatchObject({ ...refused(false) });
      expect(outcome?.error?.message).toContain('GSSAPI');
      expect(outcome?.error?.message).toMatch(/PLAIN, LOGIN|LOGIN, PLAIN/);
      await mailer.close();
      expect(postfix.log()).not.toContain('sasl_method');
      expect(postfix.log()).not.toMatch(/ auth=| mail=/);
      expect(realm.kdc.log()).not.toContain('unwanted@CONTOSO.TEST for smtp/');
    } finally {
      await postfix.stop();
      await dovecot.stop();
    }
  });

  it('without TLS is not signed in to', async () => {
    const mailer = await realm.mailer(await realm.signedIn('clear'), {
      SecureSocketOption: 'Auto',
      Port: realm.postfix.ports.plain,
    });
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
    expect(realm.signIns('GSSAPI', 'clear@contoso.test')).toBe(0);
  });
});

describe('Where the package kerberos is not installed', () => {
  const project = new PackedProject();
  afterAll(() => project.remove());

  it('UseDefaultCredentials stops the start, and the error says what to install', async () => {
    const env = await realm.signedIn('bare');
    const { settings } = realm;
    const mailer = await MailerChild.start({ settings, env, script: project.mailerScript });
    expect(mailer.started.error).toMatchObject({ name: 'MailSettingsError', code: 'EMAILSETTINGS' });
    expect(mailer.started.error?.message).toContain('UseDefaultCredentials');
    expect(mailer.started.error?.message).toContain('npm install kerberos');
    expect((await mailer.close()).code).toBe(0);
  });

  it('everything else works', async () => {
    const settings = { ...realm.settings, UseDefaultCredentials: false, ...PASSWORD_USER };
    const env = realm.environment;
    const mailer = await MailerChild.start({ settings, env, script: project.mailerScript });
    expect(await mailer.send({ ...MESSAGE, text: 'without-peer' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
  });
});
