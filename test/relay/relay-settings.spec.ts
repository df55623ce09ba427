import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSettingsError } from '../../lib/core/errors/mail-settings-error.js';
import { relaySettings } from '../../lib/relay/relay-settings.js';
import { rejection } from '../support/rejection.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

async function problemsOf(settings: object): Promise<readonly string[]> {
  const options = { settings: { PickupDirectory: folder.path, ...settings } };
  const error = await rejection(relaySettings({ options, problems: [] }));
  if (!(error instanceof MailSettingsError)) throw error;
  return error.problems.map(({ key, message }) => `${key} ${message}`);
}

describe('A relay does not start', () => {
  it.each([[' ; '], [[]], [[' ']]])('with AllowedDomains that hold no domain: %j', async AllowedDomains => {
    expect(await problemsOf({ Host: 'localhost', AllowedDomains })).toEqual([
      expect.stringMatching(/^AllowedDomains is set but holds no domain/),
    ]);
  });

  it('without a server, and names the key of another library that stands in its place', async () => {
    expect(await problemsOf({ smtpServer: 'localhost' })).toEqual([
      expect.stringMatching(/^Host is missing/),
      'smtpServer is no mail setting, and is not read; did you mean Host?',
    ]);
  });

  it('with a password that ends with a line break', async () => {
    expect(await problemsOf({ Host: 'localhost', Username: 'ann', Password: 'hunter2\n' })).toEqual([
      'Password holds a line break (U+000A) at its end; take it out',
    ]);
  });
});
