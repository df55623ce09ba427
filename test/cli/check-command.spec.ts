import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CheckDocument } from './checking.js';
import { writeSettings } from './checking.js';
import type { CommandResult } from './command-run.js';
import { runHere } from './command-run.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

const run = (...args: string[]): Promise<CommandResult> => runHere(['check', ...args], { cwd: folder.path });

describe('nest-mailroom check', () => {
  it('explains its options and exit codes', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of ['--settings', '--section', '--timeout', '--json', 'Exit code: 0', '130'])
      expect(stdout).toContain(word);
  });

  it('ends with 2 for a wrong command line', async () => {
    writeSettings(folder, { Host: 'localhost', FromAddress: 'a@contoso.com' });
    expect(await run('--setings', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage:') });
    for (const timeout of ['soon', '0', '-1', '1e12'])
      expect(await run(`--timeout=${timeout}`)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^--timeout must be/),
      });
    expect(await run('--section', 'Mail')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no section Mail'),
    });
  });

  it('ends with 2 for settings that cannot be used, with every problem and where it was written', async () => {
    writeSettings(folder, {
      FromAddress: 'nobody',
      port: 'smtp',
      Username: 'ann',
      SecureSocketOption: 'Tls',
    });
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toMatch(/^ {2}port +- +appsettings\.json:4; cannot be used$/m);
    expect(stdout).toMatch(/^failed +settings +FromAddress: .*"nobody".*\(appsettings\.json:3\)$/m);
    expect(stdout).toMatch(/^failed +settings +port: must be .*\(appsettings\.json:4\)$/m);
    expect(stdout).toMatch(/^failed +settings +SecureSocketOption: must be one of None, Auto.*:6\)$/m);
    expect(stdout).toMatch(/^failed +settings +Username: is set without Password.*:5\)$/m);
    expect(stdout).toMatch(/^failed +settings +Host: is missing/m);
    expect(stdout).toMatch(/\nThe settings cannot be used; nothing was tested\.\n$/);
  });

  it('ends with 2 where a package is missing that the application could not start without', async () => {
    // The package kerberos is none of those that this one is developed with.
    writeSettings(folder, { Host: 'localhost', FromAddress: 'a@contoso.com', useDefaultCredentials: true });
    const { code, stdout } = await run();
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^failed +settings +UseDefaultCredentials: is true, which needs the package kerberos: npm install kerberos \(appsettings\.json:5\)$/m,
    );
    writeSettings(folder, {
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: '.',
      UseDefaultCredentials: true,
    });
    expect(await run()).toMatchObject({ code: 0 });
  });

  it('says them in JSON too', async () => {
    writeSettings(folder, { FromAddress: 'nobody', Password: 'a-secret-word' });
    const { code, stdout } = await run('--json');
    const document = JSON.parse(stdout) as CheckDocument;
    expect(code).toBe(2);
    expect(document).toMatchObject({ ok: false, exitCode: 2, section: 'MailSettings', steps: [] });
    expect(document.problems.map(({ key }) => key)).toEqual(['FromAddress', 'Host', 'Password']);
    expect(stdout).not.toContain('a-secret-word');
  });

  it('ends with 2 for a file that is missing or that has a syntax error, with the place', async () => {
    expect(await run('--settings', 'none.json')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/failed +settings +.*none\.json: does not exist/),
    });
    const file = folder.write('bad.json', '{\n  "MailSettings": { "Host" "x" }\n}');
    expect(await run('--settings', file)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/bad\.json: is not valid JSON: .* at line 2, column 28/),
    });
    expect(await run()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no appsettings.json in this folder'),
    });
  });

  it('takes the file of the environment, the Agent’s section, and a section by its name', async () => {
    folder.write('appsettings.json', '{ "MailSettings": { "Host": "old", "FromAddress": "a@contoso.com" } }');
    folder.write('appsettings.Staging.json', '{ "MailSettings": {\n "Enabled": false } }');
    const staged = await runHere(['check'], { cwd: folder.path, env: { NODE_ENV: 'staging' } });
    expect(staged.code).toBe(0);
    expect(staged.stdout).toContain('appsettings.json, then appsettings.Staging.json');
    expect(staged.stdout).toMatch(/^ {2}Enabled +false +appsettings\.Staging\.json:2$/m);
    expect(staged.stdout).toMatch(/^skipped +delivery +Nothing was tested/m);

    const file = folder.write(
      'agent.json',
      `{ "PasswordResetSettings": { "NotificationSettings": { "Cultures": ["fr", "de"] },
         "MailSettings": { "Enabled": false } } }`,
    );
    const agent = await run('--settings', file);
    expect(agent.code).toBe(0);
    expect(agent.stdout).toMatch(/^Settings: PasswordResetSettings, from agent\.json/m);
    expect(agent.stdout).toMatch(/^ {2}Cultures +fr; de +agent\.json:1$/m);
    const named = await run('--settings', file, '--section', 'passwordresetsettings:mailsettings');
    expect(named.stdout).toMatch(/^ {2}Enabled +false +agent\.json:2$/m);
    expect(named.stdout).not.toContain('Cultures');
  });

  it('warns of variables that are not read, without their values', async () => {
    writeSettings(folder, { Enabled: false });
    const env = {
      MailSettings_Host: 'value',
      'MAILSETTINGS:Password': 'value',
      MailSettings__SendTimeout: '7',
    };
    const { code, stdout } = await runHere(['check'], { cwd: folder.path, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^warning +settings +.*variable MailSettings_Host is not read.*write MailSettings__Host$/m,
    );
    expect(stdout).toMatch(/^warning +settings +.*MAILSETTINGS:Password .*write MAILSETTINGS__Password$/m);
    expect(stdout).not.toMatch(/value|variable MailSettings__SendTimeout/);
  });

  it('ends in order when nobody reads its output', async () => {
    writeSettings(folder, { Host: 'pickup/', Enabled: false });
    const result = await runCli(['check'], {
      cwd: folder.path,
      onStart: child => child.stdout?.destroy(),
    });
    expect(result).toMatchObject({ signal: null, stderr: '' });
  });

  it('writes no control sequence of a settings file to a terminal', async () => {
    folder.write(
      'appsettings.json',
      JSON.stringify({
        MailSettings: { 'Ho\u001b[2Jst': 'x', Username: 'a\u009b2J', Host: '\u001b]0;x\u0007' },
      }),
    );
    for (const args of [[], ['--json']]) {
      const { stdout, stderr } = await run(...args);
      expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });
});
