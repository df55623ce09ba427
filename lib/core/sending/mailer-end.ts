/** Why a mailer takes no more mails; stands in the errors of those who still hold it. */
export class MailerEnd {
  /** Begins the sentence: `The mailer is shutting down`. */
  readonly words: string;
  /** What to do instead, as a sentence; empty where nothing can be done. */
  readonly remedy: string;

  constructor(words: string, remedy = '') {
    this.words = words;
    this.remedy = remedy;
  }

  /**
   * The whole message of an error.
   *
   * @param outcome what became of the mail, or of what was asked for
   */
  sentence(outcome: string): string {
    return `${this.words}; ${outcome}.${this.remedy === '' ? '' : ` ${this.remedy}`}`;
  }
}

/** The application ends. */
export const SHUTTING_DOWN = new MailerEnd('The mailer is shutting down');

/** Why a mailer ends, of the signal that says so. */
export function endOf({ reason }: AbortSignal): MailerEnd {
  return reason instanceof MailerEnd ? reason : SHUTTING_DOWN;
}
