import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { explainSettings } from '../../../lib/core/settings/explain-settings.js';
import type { ExplainedSetting } from '../../../lib/core/settings/explained-setting.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { tracedSettings } from '../../../lib/core/settings/setting-origins.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

function explained(files: string[], env: NodeJS.ProcessEnv): Map<string, ExplainedSetting> {
  const { settings: input, origins, cleared } = tracedSettings(files, env);
  const { settings, problems } = readMailSettings(input);
  const rows = explainSettings({ input, settings, problems, origins, cleared });
  return new Map(rows.map(row => [row.key, row]));
}

it('Every value has the file and the line that it was written in, or the variable as it is written', () => {
  const base = folder.write(
    'base.json',
    '\uFEFF// as .NET reads it\n"MailSettings": {\n  "Host": "old",\n\n  "fromAddress":\n    "a@contoso.com",\n  "AllowedDomains": [\n "a.com",\n "b.com" ], /* x\n */ "Port": 26,\n}',
  );
  const over = folder.write('over.json', '{\n"mailsettings": { "HOST": "new" } }');
  const env = {
    MAILSETTINGS__port: '2525',
    MailSettings__AllowedDomains__1: 'c.com',
    MailSettings__Password: 'hushhush',
    MailSettings__Username: 'ann',
    Unrelated: 'x',
  };
  const rows = explained([base, over], env);
  expect(rows.get('Host')).toMatchObject({
    value: 'new',
    written: 'Host',
    origins: [{ file: over, line: 2 }],
  });
  expect(rows.get('FromAddress')).toMatchObject({
    written: 'fromAddress',
    origins: [{ file: base, line: 6 }],
  });
  expect(rows.get('Port')).toMatchObject({ value: 2525, origins: [{ variable: 'MAILSETTINGS__port' }] });
  expect(rows.get('AllowedDomains')).toMatchObject({
    value: ['a.com', 'c.com'],
    origins: [{ file: base, line: 8 }, { variable: 'MailSettings__AllowedDomains__1' }],
  });
  expect(rows.get('Password')).toMatchObject({ origins: [{ variable: 'MailSettings__Password' }] });
  expect(rows.get('MaxConnections')).toEqual({ key: 'MaxConnections', value: 5, origins: [] });
});

it('A secret of any length is shown as the same mask', () => {
  const file = folder.write('a.json', '{ "MailSettings": { "Host": "h", "FromAddress": "a@b.com" } }');
  const login = (password: string): NodeJS.ProcessEnv => ({
    MailSettings__Username: 'ann',
    MailSettings__Password: password,
  });
  const short = explained([file], login('x'));
  expect(short.get('Password')?.value).toBe(explained([file], login('x'.repeat(50))).get('Password')?.value);
  expect(JSON.stringify([...short])).not.toContain('"x"');
});

it('A value written as nothing counts as not set, and where that was written is known', () => {
  const file = folder.write('a.json', '{ "MailSettings": { "Host": "h", "CatchAllAddress": "a@b.com" } }');
  const rows = explained([file], { MailSettings__CatchAllAddress: '' });
  const catchAll = rows.get('CatchAllAddress');
  expect(catchAll).toEqual({
    key: 'CatchAllAddress',
    origins: [],
    cleared: [{ variable: 'MailSettings__CatchAllAddress' }],
  });
});

it('The Agent’s section is explained with what it adds', () => {
  const file = folder.write(
    'agent.json',
    `{ "PasswordResetSettings": {
      "MailSettings": { "UseSpecifiedPickupDirectory": true, "PickupDirectory": "pickup", "Port": 26 },
      "NotificationSettings": { "Cultures": ["fr"] },
      "TwoFactorSettings": { "ApplicationUri": "https://contoso.com" }
    } }`,
  );
  const rows = explained([file], { PasswordResetSettings__TokenBuildingSettings__ValidFor: '01:00:00' });
  expect(rows.get('PickupDirectory')).toMatchObject({
    value: `${folder.path}/pickup`,
    origins: [{ file, line: 2 }],
  });
  expect(rows.get('Port')).toMatchObject({ value: 26, note: 'not used with a pickup directory' });
  expect(rows.get('Cultures')).toMatchObject({ value: ['fr'], origins: [{ file, line: 3 }] });
  expect(rows.get('ApplicationUri')).toMatchObject({ origins: [{ file, line: 4 }] });
  expect(rows.get('ValidFor')).toMatchObject({
    value: 3600,
    origins: [{ variable: 'PasswordResetSettings__TokenBuildingSettings__ValidFor' }],
  });
  expect(rows.get('ResetConfirmationUri')).toEqual({ key: 'ResetConfirmationUri', origins: [] });
});

it('The settings are those that an application gets, whatever shapes the layers have', () => {
  const base = folder.write(
    'base.json',
    '{ "MailSettings": { "a": { "b": [1, { "c": null }] }, "d": "", "e": [2], "__proto__": { "x": 1 } }, "MAILSETTINGS": 3 }',
  );
  const over = folder.write(
    'over.json',
    '{ "MailSettings": { "A": "text", "e": { "f": 1 }, "d": { "g": [] } } }',
  );
  const env = {
    MailSettings__a__b__0: 'x',
    MailSettings__e__0: 'y',
    mailsettings__d__g__0: 'z',
    NODE_ENV: 'test',
  };
  const traced = tracedSettings([base, over], env);
  expect(traced.settings).toEqual(appsettings([base, over], env)());
  expect(traced.files).toEqual([base, over]);
});

it('A setting that a pickup directory makes useless is shown as written, but for what may be a secret in it', () => {
  const file = folder.write(
    'a.json',
    '{ "MailSettings": { "UseSpecifiedPickupDirectory": true, "PickupDirectory": "p", "Host": "smtp.contoso.com", "Password": "p1" } }',
  );
  const rows = explained([file], { MailSettings__Username: 'smtp://ann:p2@contoso.com' });
  expect(rows.get('Host')).toMatchObject({
    value: 'smtp.contoso.com',
    note: 'not used with a pickup directory',
  });
  expect(JSON.stringify([...rows])).not.toMatch(/p1|p2/);
});

it('A value that cannot be used is not shown as if it were', () => {
  const file = folder.write(
    'a.json',
    '{ "MailSettings": { "Host": "h", "FromAddress": "a@b.com", "Port": "x" } }',
  );
  const port = explained([file], {}).get('Port');
  expect(port).toMatchObject({ note: 'cannot be used', origins: [{ file, line: 1 }] });
  expect(port).not.toHaveProperty('value');
});
