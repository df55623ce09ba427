/** An error of nodemailer, with the properties that nodemailer and Node.js add. */
export interface SmtpLibraryError extends Error {
  code?: string;
  originalCode?: string;
  responseCode?: number;
  response?: string;
  command?: string;
  recipient?: string;
  /** nodemailer's, of a time-out: which one it was. */
  timeoutType?: string;
  /** Node's, of a certificate that is for another name. */
  cert?: { subjectaltname?: string };
}
