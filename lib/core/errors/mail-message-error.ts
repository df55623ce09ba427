import { printable } from '../redaction/printable.js';
import type { MailErrorCode } from './mail-error-code.js';
import { MailError } from './mail-error.js';

/** The codes that a {@link MailMessageError} can carry. */
export type MailMessageErrorCode = Extract<
  MailErrorCode,
  | 'EMAILMESSAGE'
  | 'EMAILADDRESS'
  | 'EMAILHEADER'
  | 'EMAILEMPTY'
  | 'EMAILNORECIPIENTS'
  | 'EMAILRECIPIENTLIMIT'
  | 'EMAILATTACHMENT'
  | 'EMAILRESETLINK'
  | 'EMAILHOOK'
>;

/** The message that the application handed over cannot be sent, an option of the call is wrong, or a hook failed with the finished mail. Thrown before anything leaves. */
export class MailMessageError extends MailError {
  declare readonly code: MailMessageErrorCode;
  /** The field of the message, or the option, concerned, for example `to[1]`, `headers["X-Campaign"]` or `timeoutMs`; of a hook its class and method. */
  readonly field: string;
  /** The offending value, shortened and with control characters shown escaped; absent where it could hold a secret. */
  readonly value: string | undefined;

  constructor(
    code: MailMessageErrorCode,
    field: string,
    message: string,
    details: { value?: unknown; cause?: unknown } = {},
  ) {
    const value = 'value' in details ? printable(details.value) : undefined;
    super(code, `${field}: ${message}${value === undefined ? '' : ` (got: ${value})`}`, {
      cause: details.cause,
    });
    this.field = field;
    this.value = value;
  }
}
