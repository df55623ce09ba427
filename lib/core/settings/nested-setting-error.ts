import type { MailSettingsProblem } from '../errors/mail-settings-error.js';

/** Why a setting that holds settings of its own cannot be used: everything that is wrong with it at once. */
export class NestedSettingError extends Error {
  override readonly name = 'NestedSettingError';
  /** Keys are paths below the setting, such as `0.Selector`; an empty one means the setting itself. */
  readonly problems: readonly MailSettingsProblem[];

  constructor(problems: readonly MailSettingsProblem[]) {
    super(problems.map(({ key, message }) => `${key}: ${message}`).join('; '));
    this.problems = problems;
  }
}
