import { MailSettingsError } from '../../../errors/mail-settings-error.js';
import type { ResolvedDkimKey } from '../../../settings/dkim/dkim-setting.js';
import { materialOf } from '../../../settings/dkim/dkim-setting.js';
import type { DkimOptions } from './dkim-options.js';
import { DkimSigner } from './dkim-signer.js';
import type { DkimOptionsReading } from './read-dkim-options.js';
import { readDkimOptions } from './read-dkim-options.js';
import { SignedFields } from './signed-fields.js';
import { SigningKey } from './signing-key.js';

/**
 * Makes the signer of a delivery: keys given in code count instead of those of the settings.
 *
 * @param reading what a start has read of these options. @default they are read
 * @returns undefined when there is no key
 * @throws {@link MailSettingsError} `EMAILSETTINGS` when the options in code cannot be used; a start has found that before
 */
export function createSigner(
  options: DkimOptions | undefined,
  settings: readonly ResolvedDkimKey[] = [],
  reading?: DkimOptionsReading,
): DkimSigner | undefined {
  if (options) {
    const { keys, fields, problems } = reading ?? readDkimOptions(options);
    if (problems.length > 0) throw new MailSettingsError(problems);
    return new DkimSigner(keys, fields);
  }
  if (settings.length === 0) return undefined;
  const keys = settings.map(key => new SigningKey(key, materialOf(key)));
  return new DkimSigner(keys, SignedFields.from(undefined));
}
