import type { Redactor } from '../../../redaction/redact.js';
import type { SmtpLibraryError } from '../nodemailer/nodemailer-error.js';

/** What an administrator can do about a login that was refused; undefined when the server has said enough. */
export function refusedLoginAdvice(error: SmtpLibraryError, redact: Redactor): string | undefined {
  const { responseCode, refusedMechanisms: refusals = [] } = error;
  const tried =
    refusals.length < 2
      ? []
      : [
          `Refused one after the other: ${refusals
            .map(({ mechanism, reply }) => `${mechanism} (${redact(reply).replace(/\s*\n/g, ' ')})`)
            .join(', ')}`,
        ];
  const words = [...tried, ...remedy(responseCode)];
  return words.length === 0 ? undefined : words.join('. ');
}

function remedy(code: number | undefined): string[] {
  if (code === 535 || code === 530) return ['Check the settings Username and Password'];
  if (code === 538)
    return [
      'The server takes this login only over an encrypted connection; set SecureSocketOption to StartTls, or to SslOnConnect on its port for TLS',
    ];
  if (code !== 504 && code !== 534) return [];
  return [
    'The server takes this login by no mechanism for passwords that it offers; ask its administrator how the account may sign in, for example by an application password',
  ];
}
