import type { MailErrorCode } from './mail-error-code.js';
import { MailError } from './mail-error.js';

/** The codes that a {@link MailRegistryError} can carry. */
export type MailRegistryErrorCode = Extract<MailErrorCode, 'EMAILMAILERLIMIT'>;

/** A registry of mailers opens no further one. The settings may be right: the same call can succeed later. */
export class MailRegistryError extends MailError {
  declare readonly code: MailRegistryErrorCode;
  /** How many mailers the registry may have open at a time. */
  readonly maxOpen: number;

  constructor(code: MailRegistryErrorCode, message: string, maxOpen: number) {
    super(code, message);
    this.maxOpen = maxOpen;
  }
}
