import type { MechanismRefusal } from '../login/authenticate.js';

/** An error of nodemailer, with the properties that nodemailer and Node.js add. */
export interface SmtpLibraryError extends Error {
  code?: string;
  originalCode?: string;
  responseCode?: number;
  response?: string;
  command?: string;
  recipient?: string;
  /** Ours, of a login: the mechanisms that were tried, and what the server said to each. */
  refusedMechanisms?: readonly MechanismRefusal[];
  /** Ours, of a login: whether another connection may succeed, whatever the reply says. */
  retryable?: boolean;
  /** nodemailer's, of a time-out: which one it was. */
  timeoutType?: string;
  /** Node's, of a certificate that is for another name. */
  cert?: { subjectaltname?: string };
}
