import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

const messageOf = (input: unknown): string | undefined =>
  readMailSettings(input).problems.find(({ key }) => key === 'MailSettings')?.message;

describe('Mail settings that are nowhere', () => {
  it('name the files that appsettings() has looked for, with their folder', () => {
    expect(messageOf(appsettings(undefined, { NODE_ENV: 'staging' })())).toBe(
      `are neither in the environment (as MailSettings__Host) nor in the files they were looked for in: ${[
        'appsettings.json',
        'appsettings.staging.json',
        'appsettings.Staging.json',
      ]
        .map(name => `${join(process.cwd(), name)} (is not there)`)
        .join(', ')}`,
    );
  });

  it('name the file that was given and holds other sections alone', () => {
    const file = folder.write('conf/mail.json', '{ "Logging": {} }');
    expect(messageOf(appsettings(file, {})())).toContain(`looked for in: ${file} (is there)`);
  });

  it('name where appsettings() looks when nothing at all was handed over', () => {
    expect(messageOf(undefined)).toContain(
      `appsettings() looks for them in ${process.cwd()}: appsettings.json (`,
    );
    expect(messageOf('smtp.contoso.com')).not.toContain('appsettings.json (');
  });

  it('show nothing of a stage as a command to the terminal', () => {
    expect(messageOf(appsettings(undefined, { NODE_ENV: '\u001b[2J\u009b' })())).toContain(
      'appsettings.\\u001b[2J\\u009b.json',
    );
  });

  it('are not missed where they stand in a file without a section', () => {
    const file = folder.write('mail.json', '{ "Host": "smtp.contoso.com" }');
    expect(readMailSettings(appsettings(file, {})()).problems.map(({ key }) => key)).toEqual(['FromAddress']);
  });
});

describe('What appsettings() returns', () => {
  it('shows nothing of the files it was read from', () => {
    const settings = appsettings(folder.write('mail.json', '{ "A": 1 }'), {})();
    expect(settings).toStrictEqual({ A: 1 });
    expect(Reflect.ownKeys({ ...settings })).toEqual(['A']);
  });
});
