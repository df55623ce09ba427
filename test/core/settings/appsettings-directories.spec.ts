import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('a relative pickup directory', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const pickupOf = (file: string, env: NodeJS.ProcessEnv = {}): string | undefined =>
    resolveMailSettings(appsettings(file, env)()).pickupDirectory;

  it.each([
    ['in MailSettings', '{"MailSettings":{"UseSpecifiedPickupDirectory":true,"PickupDirectory":"pickup"}}'],
    ['in any case', '{"mailsettings":{"USESPECIFIEDPICKUPDIRECTORY":"true","pickupdirectory":"./pickup"}}'],
    [
      'in the Agent’s section',
      '{"PasswordResetSettings":{"MailSettings":{"UseSpecifiedPickupDirectory":true,"PickupDirectory":"pickup"}}}',
    ],
    ['of settings without a section', '{"UseSpecifiedPickupDirectory":true,"PickupDirectory":"pickup"}'],
    ['in Host', '{"MailSettings":{"Host":"./pickup"}}'],
    ['in Host of the Agent’s section', '{"PasswordResetSettings":{"MailSettings":{"Host":"./pickup"}}}'],
  ])('is resolved against the folder of its file: %s', (_name, content) => {
    expect(pickupOf(directory.write('config/app.json', content))).toBe(join(directory.path, 'config/pickup'));
  });

  it('of a file given by a relative path is resolved against the folder of that file', () => {
    const file = directory.write('a.json', '{"MailSettings":{"Host":"../pickup/x"}}');
    expect(pickupOf(relative(process.cwd(), file))).toBe(resolve(directory.path, '../pickup/x'));
  });

  it('of an earlier file stays with the folder of that file', () => {
    const base = directory.write('one/a.json', '{"MailSettings":{"PickupDirectory":"pickup"}}');
    const over = directory.write('two/b.json', '{"MailSettings":{"UseSpecifiedPickupDirectory":true}}');
    expect(resolveMailSettings(appsettings([base, over], {})()).pickupDirectory).toBe(
      join(directory.path, 'one/pickup'),
    );
  });

  it('from the environment is resolved against the working directory', () => {
    const file = directory.write('a.json', '{"MailSettings":{"UseSpecifiedPickupDirectory":true}}');
    expect(pickupOf(file, { MailSettings__PickupDirectory: 'pickup' })).toBe(resolve('pickup'));
  });

  it.each([['/var/pickup'], ['C:/Temp/pickup'], ['C:\\Temp\\pickup'], ['\\\\server\\share']])(
    'is not meant by an absolute path: %s stays',
    path => {
      const file = directory.write('a.json', JSON.stringify({ MailSettings: { Host: path } }));
      expect(pickupOf(file)).toBe(path);
    },
  );

  it('is not meant by hosts and paths of other sections', () => {
    const content = { Kestrel: { Host: 'a/b', Path: './c' }, MailSettings: { Host: 'smtp.contoso.com' } };
    const file = directory.write('a.json', JSON.stringify(content));
    expect(appsettings(file, {})()).toEqual(content);
  });
});
