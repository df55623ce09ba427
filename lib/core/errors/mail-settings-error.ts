import { printable, visible } from '../redaction/printable.js';
import { MailError } from './mail-error.js';

/** One thing that is wrong with the mail settings, or with options that were given in code. */
export interface MailSettingsProblem {
  /**
   * The key as the administrator wrote it; of an option its path, such as `smtp.proxy`; the path of the file when the file is
   * at fault.
   */
  readonly key: string;
  /** What is wrong and what to write instead; never the value of a secret. */
  readonly message: string;
}

/** The mail settings, or options in code, cannot be used. Thrown at application start, with every problem at once. */
export class MailSettingsError extends MailError {
  /** All problems found, in the order of the settings, and then of the options. */
  readonly problems: readonly MailSettingsProblem[];

  /**
   * @param problems what is wrong
   * @param options `mailer` is the name of the mailer, where it has one and an application may have several
   */
  constructor(
    problems: readonly MailSettingsProblem[],
    options?: { cause?: unknown; mailer?: string | undefined },
  ) {
    const { mailer, ...rest } = options ?? {};
    const whose = mailer === undefined ? '' : ` of the mailer "${printable(mailer)}"`;
    const lines = problems.map(problem => `  - ${visible(`${problem.key}: ${problem.message}`)}`);
    super('EMAILSETTINGS', `The mail settings${whose} cannot be used:\n${lines.join('\n')}`, rest);
    this.problems = Object.freeze([...problems]);
  }
}
