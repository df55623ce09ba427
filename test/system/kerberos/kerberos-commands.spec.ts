import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../support/run-script.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { RelayFolder } from '../postfix/relay-folder.js';
import type { KerberosEnvironment } from './kerberos-realm.js';
import { KerberosRealm } from './kerberos-realm.js';

let realm: KerberosRealm;
let directory: TemporaryDirectory;
const folders: RelayFolder[] = [];
beforeAll(async () => {
  realm = await KerberosRealm.start();
  directory = temporaryDirectory();
});
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});
afterAll(async () => {
  directory.remove();
  await realm.stop();
});

function run(
  command: string,
  args: readonly string[],
  env: KerberosEnvironment,
  further: object = {},
): Promise<RunResult> {
  const MailSettings = { ...realm.settings, ...further };
  const file = directory.write('appsettings.json', JSON.stringify({ MailSettings }));
  return realm.project.command([command, '--settings', file, ...args], { env });
}

describe('nest-mailroom check', () => {
  it('tells that the sign-in by Kerberos works, for which account and to which service', async () => {
    const { code, stdout } = await run('check', [], await realm.signedIn('checker'));
    expect(stdout).toMatch(/Kerberos/);
    expect(stdout).toContain('checker@CONTOSO.TEST');
    expect(stdout).toContain('smtp@localhost');
    expect(code).toBe(0);
  });

  it('tells the same in JSON', async () => {
    const { code, stdout } = await run('check', ['--json'], await realm.signedIn('checker'));
    const { ok, steps } = JSON.parse(stdout) as { ok: boolean; steps: { step: string; status: string }[] };
    expect(ok).toBe(true);
    const login = steps.find(({ step }) => step === 'login');
    expect(login).toMatchObject({ status: 'ok', message: expect.stringMatching(/Kerberos/) });
    expect(JSON.stringify(login)).toContain('checker@CONTOSO.TEST');
    expect(JSON.stringify(login)).toContain('smtp@localhost');
    expect(code).toBe(0);
  });

  it('fails without a ticket, and says what to do', async () => {
    const { code, stdout } = await run('check', [], realm.environment);
    expect(stdout).toContain('kinit');
    expect(stdout).toContain('smtp@localhost');
    expect(code).not.toBe(0);
  });

  it('fails with a ServicePrincipal that nobody knows, and names the setting', async () => {
    const env = await realm.signedIn('checker');
    const { code, stdout } = await run('check', [], env, { ServicePrincipal: 'smtp@nowhere.contoso.test' });
    expect(stdout).toContain('smtp@nowhere.contoso.test');
    expect(stdout).toContain('ServicePrincipal');
    expect(code).not.toBe(0);
  });
});

describe('nest-mailroom send-test', () => {
  it('signs in by Kerberos', async () => {
    const env = await realm.signedIn('tester');
    const { code, stderr } = await run('send-test', ['--to', 'ann@contoso.test'], env);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(realm.signIns('GSSAPI', 'tester@contoso.test')).toBe(1);
  });
});

describe('nest-mailroom relay', () => {
  function folderOf(count: number): Promise<RelayFolder> {
    const folder = new RelayFolder(realm.postfix, 'startTls', 'StartTls', {
      Host: 'localhost',
      UseDefaultCredentials: true,
    });
    folders.push(folder);
    const mail = (id: number): string =>
      `From: no-reply@contoso.test\r\nTo: ann@contoso.test\r\nSubject: Relay\r\n\r\nof-${count}-relayed-${id}-end\r\n`;
    const mails = Array.from({ length: count }, (_, id) => [`${id}.eml`, mail(id)] as const);
    return folder.put(mails).then(() => folder);
  }

  const relay = (folder: RelayFolder, env: KerberosEnvironment): Promise<RunResult> =>
    realm.project.command(['relay', '--once', '--settings', folder.settingsFile], { env });

  it('signs in by Kerberos for the mails that it finds', async () => {
    const folder = await folderOf(5);
    const { code, stderr } = await relay(folder, await realm.signedIn('relay'));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(folder.waiting()).toEqual([]);
    expect(realm.signIns('GSSAPI', 'relay@contoso.test')).toBe(5);
    await realm.postfix.idle();
    const copies = await realm.postfix.countById(/of-5-relayed-(\d)-end/);
    expect([...copies.values()]).toEqual([1, 1, 1, 1, 1]);
  });

  it('without a ticket leaves the mails where they are, and sends them when it has one', async () => {
    const folder = await folderOf(3);
    const { code, stdout } = await relay(folder, realm.environment);
    expect(code).not.toBe(0);
    expect(stdout).toContain('kinit');
    expect(folder.waiting()).toHaveLength(3);
    expect(folder.bad()).toEqual([]);
    expect(await relay(folder, await realm.signedIn('late'))).toMatchObject({ code: 0 });
    expect(folder.waiting()).toEqual([]);
    expect(realm.signIns('GSSAPI', 'late@contoso.test')).toBe(3);
    await realm.postfix.idle();
    expect((await realm.postfix.countById(/of-3-relayed-(\d)-end/)).size).toBe(3);
  });
});
