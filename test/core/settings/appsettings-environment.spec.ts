import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('environment variables', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const load = (content: unknown, env: NodeJS.ProcessEnv): Record<string, unknown> =>
    appsettings(directory.write('appsettings.json', JSON.stringify(content)), env)();

  it.each([['MailSettings__Host'], ['MAILSETTINGS__HOST'], ['mailsettings__host'], ['mailSettings__Host']])(
    'override a setting in any case: %s',
    name => {
      const loaded = load({ MailSettings: { Host: 'file', Port: 25 } }, { [name]: 'env' });
      expect(loaded).toEqual({ MailSettings: { Host: 'env', Port: 25 } });
    },
  );

  it.each([['MailSettings__Host'], ['MAILSETTINGS__HOST'], ['mailsettings__host']])(
    'make the section under its proper name where no file has it: %s',
    name => {
      const loaded = load({}, { [name]: 'smtp.contoso.com', MailSettings__FromAddress: 'a@contoso.com' });
      expect(Object.keys(loaded)).toEqual(['MailSettings']);
      expect(resolveMailSettings(loaded).host).toBe('smtp.contoso.com');
    },
  );

  it.each([
    ['PasswordResetSettings__MailSettings__Password'],
    ['PASSWORDRESETSETTINGS__MAILSETTINGS__PASSWORD'],
  ])('reach deeper levels: %s', name => {
    const loaded = load({ PasswordResetSettings: { MailSettings: { Password: 'file' } } }, { [name]: 'env' });
    expect(loaded).toEqual({ PasswordResetSettings: { MailSettings: { Password: 'env' } } });
  });

  it('alone can make settings, all of them texts', () => {
    const resolved = resolveMailSettings(
      load(
        {},
        {
          MAILSETTINGS__FROMADDRESS: 'a@contoso.com',
          MAILSETTINGS__HOST: 'smtp.contoso.com',
          MAILSETTINGS__PORT: '587',
          MAILSETTINGS__ENABLED: 'False',
          MAILSETTINGS__ALLOWEDDOMAINS: 'a.com;b.com',
        },
      ),
    );
    expect(resolved).toMatchObject({ port: 587, enabled: false, allowedDomains: ['a.com', 'b.com'] });
  });

  it('win over every file', () => {
    const one = directory.write('1.json', '{"MailSettings":{"Port":1}}');
    const two = directory.write('2.json', '{"MailSettings":{"Port":2}}');
    expect(appsettings([one, two], { MailSettings__Port: '3' })()).toEqual({ MailSettings: { Port: '3' } });
  });

  it('unset a setting with an empty value', () => {
    const loaded = load(
      { MailSettings: { Host: 'a', FromAddress: 'a@b.com', CatchAllAddress: 'x@y.com' } },
      { MailSettings__CatchAllAddress: '' },
    );
    expect(resolveMailSettings(loaded).catchAllAddress).toBeUndefined();
  });

  it('are left alone without a double underscore, or with an empty level', () => {
    expect(load({}, { Host: 'x', MAIL_HOST: 'x', MailSettings__: 'x', __Host: 'x' })).toEqual({});
  });

  it('are those of the process when none are given', () => {
    const file = directory.write('a.json', '{}');
    process.env['NestMailroomTest__Level'] = 'one';
    try {
      expect(appsettings(file)()).toMatchObject({ NestMailroomTest: { Level: 'one' } });
    } finally {
      delete process.env['NestMailroomTest__Level'];
    }
  });

  it('do not change what was loaded before', () => {
    const file = directory.write('a.json', '{"MailSettings":{"AllowedDomains":["a.com"]}}');
    const first = appsettings(file, {})();
    appsettings(file, { MailSettings__AllowedDomains__0: 'b.com' })();
    expect(first).toEqual({ MailSettings: { AllowedDomains: ['a.com'] } });
  });
});

describe('environment variables with an index', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const load = (content: string, env: NodeJS.ProcessEnv): Record<string, unknown> =>
    appsettings(directory.write('appsettings.json', content), env)();

  it('make a list', () => {
    expect(
      load('{}', { MailSettings__AllowedDomains__0: 'a.com', MailSettings__AllowedDomains__1: 'b.com' }),
    ).toEqual({ MailSettings: { AllowedDomains: ['a.com', 'b.com'] } });
  });

  it('make the same list in whatever order they stand', () => {
    const names = [11, 10, 2, 1, 0, 9, 8, 7, 6, 5, 4, 3];
    const env = Object.fromEntries(names.map(index => [`M__List__${index}`, `v${index}`]));
    expect(load('{}', env)).toEqual({ M: { List: Array.from({ length: 12 }, (_, index) => `v${index}`) } });
  });

  it('replace one item of a list, or append one', () => {
    const file = '{"MailSettings":{"AllowedDomains":["a.com","b.com"]}}';
    expect(
      load(file, { mailsettings__alloweddomains__1: 'x.com', MAILSETTINGS__ALLOWEDDOMAINS__2: 'c.com' }),
    ).toEqual({
      MailSettings: { AllowedDomains: ['a.com', 'x.com', 'c.com'] },
    });
  });

  it('leave no holes', () => {
    expect(load('{}', { M__List__5: 'a', M__List__9: 'b' })).toEqual({ M: { List: ['a', 'b'] } });
  });

  it('reach into the objects of a list and leave the rest of it alone', () => {
    expect(load('{"Sinks":[{"Name":"a","Level":1},{"Name":"b"}]}', { Sinks__0__level: '2' })).toEqual({
      Sinks: [{ Name: 'a', Level: '2' }, { Name: 'b' }],
    });
  });

  it('are keys where the file has an object', () => {
    expect(load('{"Codes":{"0":"none"}}', { Codes__0: 'zero', Codes__1: 'one' })).toEqual({
      Codes: { '0': 'zero', '1': 'one' },
    });
  });
});
