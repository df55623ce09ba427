import { MailSettingsError } from '../core/errors/mail-settings-error.js';
import { fields } from '../core/settings/options/option-fields.js';
import { anyText, anything, flag } from '../core/settings/options/option-kinds.js';
import type { OptionReader } from '../core/settings/options/option-reader.js';
import { readOptions } from '../core/settings/options/read-options.js';
import type { MailPreviewOptions, PreviewMailboxOptions } from './mail-preview-options.js';

const MAILBOX = {
  // Whether it can be meant is told by the mailbox.
  maxMails: anything,
  maxBytes: anything,
  pickupDirectory: anyText,
} as const satisfies Record<keyof PreviewMailboxOptions, OptionReader>;

const PREVIEW_OPTIONS = fields({
  path: anyText,
  allowRemote: flag,
  allowInProduction: flag,
  mailbox: fields(MAILBOX),
} as const satisfies Record<keyof MailPreviewOptions, OptionReader>);

/**
 * Reads the options of `MailPreviewModule`: one that is mistyped would be ignored, and some of them protect.
 *
 * @throws MailSettingsError `EMAILSETTINGS` naming every option that is not known or of the wrong type
 */
export function readPreviewOptions(given: unknown): MailPreviewOptions {
  const { options, problems } = readOptions<MailPreviewOptions>(given, PREVIEW_OPTIONS);
  if (problems.length === 0) return options;
  throw new MailSettingsError(problems.map(({ key, message }) => ({ key: `preview.${key}`, message })));
}
