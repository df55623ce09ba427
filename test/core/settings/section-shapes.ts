/** Where mail settings may stand in a settings file: words, and what makes the file of them. */
export const SECTION_SHAPES: readonly (readonly [words: string, wrapped: (settings: object) => object])[] = [
  ['of MailSettings', settings => ({ MailSettings: settings })],
  ['of the Agent’s section', settings => ({ PasswordResetSettings: { MailSettings: settings } })],
  ['of a section of another name', settings => ({ Alerts: { Mail: settings } })],
  ['of settings without a section', settings => settings],
];
