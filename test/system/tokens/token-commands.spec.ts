import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import { RelayFolder } from '../postfix/relay-folder.js';
import { AUDIENCE, CLIENT, MAILBOX, TokenServers } from './token-servers.js';

const MAIN = join(process.cwd(), 'dist/cli/main.js');

let servers: TokenServers;
const folders: RelayFolder[] = [];
beforeAll(async () => {
  servers = await TokenServers.start();
});
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});
afterAll(() => servers.stop());

function run(command: string, args: readonly string[] = [], oauth2: object = {}): Promise<RunResult> {
  const OAuth2 = { TokenEndpoint: servers.endpoint.url, ...CLIENT, ...oauth2 };
  const MailSettings = { ...servers.settings, OAuth2 };
  const file = servers.files.write('appsettings.json', JSON.stringify({ MailSettings }));
  return runNode([MAIN, command, '--settings', file, ...args], { env: servers.environment });
}

const signIns = (): number => servers.signIns('XOAUTH2') + servers.signIns('OAUTHBEARER');

function expectNoSecret(shown: string): void {
  for (const secret of [CLIENT.ClientSecret, ...servers.endpoint.tokens]) expect(shown).not.toContain(secret);
}

/** A step of a check in JSON. */
function stepOf(stdout: string, name: string): unknown {
  const { steps } = JSON.parse(stdout) as { steps: { step: string }[] };
  return steps.find(({ step }) => step === name);
}

describe('nest-mailroom check', () => {
  it('tells where the token was got, how, and for whom it is good, and shows no secret', async () => {
    const { code, stdout, stderr } = await run('check');
    expect(stdout).toContain(servers.endpoint.url);
    expect(stdout).toContain('ClientCredentials');
    expect(stdout).toContain(AUDIENCE);
    expect(stdout).toContain(MAILBOX);
    expectNoSecret(`${stdout}${stderr}`);
    expect(code).toBe(0);
  });

  it('tells the same in JSON', async () => {
    const { code, stdout, stderr } = await run('check', ['--json', '--verbose']);
    expect(stepOf(stdout, 'login')).toMatchObject({ status: 'ok', facts: { username: MAILBOX } });
    expect(stepOf(stdout, 'token')).toMatchObject({
      status: 'ok',
      facts: {
        tokenEndpoint: servers.endpoint.url,
        grantType: 'ClientCredentials',
        clientId: CLIENT.ClientId,
        claims: { aud: AUDIENCE, exp: expect.any(Number), tid: expect.any(String) },
      },
    });
    expectNoSecret(`${stdout}${stderr}`);
    expect(code).toBe(0);
  });

  it('fails when the endpoint refuses, with the words of the endpoint', async () => {
    const secret = 'an-0lder-s3cret-0123456789';
    const { code, stdout } = await run('check', ['--json'], { ClientSecret: secret });
    expect(stepOf(stdout, 'token')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('invalid_client'),
      facts: { tokenEndpoint: servers.endpoint.url },
    });
    expect(stepOf(stdout, 'login')).toMatchObject({ status: 'skipped' });
    expect(stdout).not.toContain(secret);
    expect(code).not.toBe(0);
  });

  it('fails when the server refuses the token, and tells for whom it was good', async () => {
    const strict = await TokenServers.start({ audience: 'https://calendar.contoso.test' });
    try {
      const OAuth2 = { TokenEndpoint: strict.endpoint.url, ...CLIENT };
      const MailSettings = { ...strict.settings, OAuth2 };
      const file = strict.files.write('appsettings.json', JSON.stringify({ MailSettings }));
      const { code, stdout } = await runNode([MAIN, 'check', '--settings', file], {
        env: strict.environment,
      });
      expect(stdout).toContain('https://calendar.contoso.test');
      expect(stdout).toMatch(/535/);
      for (const token of strict.endpoint.tokens) expect(stdout).not.toContain(token);
      expect(code).not.toBe(0);
    } finally {
      await strict.stop();
    }
  });
});

describe('nest-mailroom send-test', () => {
  it('signs in by a token', async () => {
    const before = signIns();
    const { code, stderr } = await run('send-test', ['--to', 'ann@contoso.test']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(signIns()).toBe(before + 1);
  });
});

describe('nest-mailroom relay', () => {
  async function folderOf(count: number, oauth2: object = {}): Promise<RelayFolder> {
    const folder = new RelayFolder(servers.postfix, 'startTls', 'StartTls', {
      Host: 'localhost',
      Username: MAILBOX,
      OAuth2: { TokenEndpoint: servers.endpoint.url, ...CLIENT, ...oauth2 },
    });
    folders.push(folder);
    const mail = (id: number): string =>
      `From: no-reply@contoso.test\r\nTo: ann@contoso.test\r\nSubject: Relay\r\n\r\nof-${count}-relayed-${id}-end\r\n`;
    await folder.put(Array.from({ length: count }, (_, id) => [`${id}.eml`, mail(id)] as const));
    return folder;
  }

  const relay = (folder: RelayFolder): Promise<RunResult> =>
    runNode([MAIN, 'relay', '--once', '--settings', folder.settingsFile], { env: servers.environment });

  it('signs in by one token for the mails that it finds', async () => {
    const before = { signIns: signIns(), requests: servers.endpoint.requests.length };
    const folder = await folderOf(10);
    const { code, stdout, stderr } = await relay(folder);
    expect(stderr).toBe('');
    expectNoSecret(stdout);
    expect(code).toBe(0);
    expect(folder.waiting()).toEqual([]);
    expect(signIns()).toBe(before.signIns + 10);
    expect(servers.endpoint.requests.length).toBe(before.requests + 1);
    await servers.postfix.idle();
    const copies = await servers.postfix.countById(/of-10-relayed-(\d)-end/);
    expect([...copies.values()]).toEqual(Array.from({ length: 10 }, () => 1));
  });

  it.each([
    [
      'the endpoint does not take its secret',
      { ClientSecret: 'an-0lder-s3cret-0123456789' },
      'invalid_client',
    ],
    ['the server takes none of its mailbox’s tokens', {}, '535'],
  ])('leaves the mails where they are when %s', async (_, oauth2, told) => {
    const folder = await folderOf(3, oauth2);
    if (told === '535') servers.endpoint.always({ body: { access_token: 'unknown', token_type: 'Bearer' } });
    try {
      const { code, stdout } = await relay(folder);
      expect(code).not.toBe(0);
      expect(stdout).toContain(told);
      expect(folder.waiting()).toHaveLength(3);
      expect(folder.bad()).toEqual([]);
    } finally {
      servers.endpoint.always(undefined);
    }
  });
});
