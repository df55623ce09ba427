import type { SentMail } from './caught-mail.js';

/** How a mail differs in one field from what is wanted. */
export interface Difference {
  /** What the mail has there, for people. */
  readonly was: string;
  /** How similar that is to what is wanted, from 0 to 1. */
  readonly similarity: number;
}

/** A criterion for one field of a mail, ready to be checked. */
export interface FieldCheck {
  /** Name of the criterion, such as `to` or `header X-Campaign`. */
  readonly field: string;
  /** What is wanted, for people. */
  readonly wanted: string;
  /** Compares one mail with what is wanted; undefined when it has that. */
  compare(mail: SentMail): Difference | undefined;
}
