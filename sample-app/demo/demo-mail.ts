import type { ParsedMail } from 'mailparser';

/** One mail that the demo has got hold of, from its SMTP server or from a pickup file. */
export interface DemoMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly content: ParsedMail;
}
