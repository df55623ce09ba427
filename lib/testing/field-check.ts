import type { SentMail } from './caught-mail.js';

/** How a mail differs in one field from what is wanted. */
export interface Difference {
  /** What the mail has there, for people. */
  readonly was: string;
  /** How near that is, from 0 to 1. */
  readonly likeness: number;
}

/** One thing that a mail must fulfil. */
export interface FieldCheck {
  /** Name of the criterion, such as `to` or `header X-Campaign`. */
  readonly field: string;
  /** What is wanted, for people. */
  readonly wanted: string;
  /** Looks at one mail; undefined when it has what is wanted. */
  look(mail: SentMail): Difference | undefined;
}
