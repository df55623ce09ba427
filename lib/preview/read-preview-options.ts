import type { MailSettingsProblem } from '../core/errors/mail-settings-error.js';
import { MailSettingsError } from '../core/errors/mail-settings-error.js';
import { fields } from '../core/settings/options/option-fields.js';
import { anyText, anything, flag, text } from '../core/settings/options/option-kinds.js';
import type { OptionReader } from '../core/settings/options/option-reader.js';
import { readOptions } from '../core/settings/options/read-options.js';
import type { MailPreviewOptions, PreviewMailboxOptions } from './mail-preview-options.js';

const MAILBOX = {
  // Whether it can be meant is told by the mailbox.
  maxMails: anything,
  maxBytes: anything,
  pickupDirectory: anyText,
} as const satisfies Record<keyof PreviewMailboxOptions, OptionReader>;

const SHORTEST_KEY = 16;
const LONGEST_KEY = 512;

/** Never shows the key, nor how long it is. */
const accessKey: OptionReader = (value, name, report) => {
  const length = typeof value === 'string' && /^[!-~]*$/.test(value) ? value.length : 0;
  if (length >= SHORTEST_KEY && length <= LONGEST_KEY) return value;
  report(
    name,
    `must be a text of ${SHORTEST_KEY} to ${LONGEST_KEY} visible ASCII characters without spaces, which nobody guesses; ` +
      'leave it out to have one made at each start',
  );
  return undefined;
};

const PREVIEW_OPTIONS = fields({
  path: text,
  key: accessKey,
  allowLoopback: flag,
  allowRemote: flag,
  allowInProduction: flag,
  mailbox: fields(MAILBOX),
} as const satisfies Record<keyof MailPreviewOptions, OptionReader>);

/** With `allowRemote` nobody is asked for a key: what else says who is would seem to protect, and does not. */
function contradictions({ key, allowLoopback, allowRemote }: MailPreviewOptions): MailSettingsProblem[] {
  if (allowRemote !== true) return [];
  return [
    ...(key === undefined
      ? []
      : [
          {
            key: 'key',
            message: 'has no effect with allowRemote: true, which asks nobody for it; leave one of them out',
          },
        ]),
    ...(allowLoopback === true
      ? [
          {
            key: 'allowLoopback',
            message: 'has no effect with allowRemote: true, which lets everybody in; leave one of them out',
          },
        ]
      : []),
  ];
}

/**
 * Reads the options of `MailPreviewModule`: one that is mistyped would be ignored, and some of them protect.
 *
 * @throws MailSettingsError `EMAILSETTINGS` naming every option that is not known or of the wrong type, and those that contradict one another
 */
export function readPreviewOptions(given: unknown): MailPreviewOptions {
  const { options, problems: wrong } = readOptions<MailPreviewOptions>(given, PREVIEW_OPTIONS);
  const problems = [...wrong, ...contradictions(options)];
  if (problems.length === 0) return options;
  throw new MailSettingsError(problems.map(({ key, message }) => ({ key: `preview.${key}`, message })));
}
