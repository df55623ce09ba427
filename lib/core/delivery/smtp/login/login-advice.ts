import { visible } from '../../../redaction/printable.js';
import type { Redactor } from '../../../redaction/redact.js';
import type { SmtpLibraryError } from '../nodemailer/nodemailer-error.js';
import type { MechanismRefusal } from './authenticate.js';
import { GSSAPI } from './kerberos/gssapi.js';
import { TOKEN_MECHANISMS } from './oauth2/token-mechanisms.js';

/** Longest part of what a server says of a token that is told, in characters. */
const LONGEST_TOLD = 200;

/** What an administrator can do about a login that was refused; undefined when the server has said enough. */
export function refusedLoginAdvice(error: SmtpLibraryError, redact: Redactor): string | undefined {
  const { responseCode, refusedMechanisms: refusals = [] } = error;
  const words = [
    ...triedWords(refusals, redact),
    ...toldWords(refusals, redact),
    ...remedy(responseCode, refusals.at(-1)),
  ];
  return words.length === 0 ? undefined : words.join('. ');
}

/** What was tried, where that was more than one mechanism with one token. */
function triedWords(refusals: readonly MechanismRefusal[], redact: Redactor): string[] {
  if (refusals.length < 2) return [];
  const shown = refusals.map(({ mechanism, reply }) => ({
    mechanism,
    reply: visible(redact(reply).replace(/\s*\n/g, ' ')),
  }));
  const [first] = shown;
  // One mechanism is run again only for another token.
  if (shown.every(({ mechanism, reply }) => mechanism === first?.mechanism && reply === first.reply))
    return ['A new access token was refused in the same way'];
  const tried = shown.map(({ mechanism, reply }, index) => {
    const again = shown.slice(0, index).some(before => before.mechanism === mechanism);
    return `${mechanism}${again ? ' with a new access token' : ''} (${reply})`;
  });
  return [`Refused one after the other: ${tried.join(', ')}`];
}

/** What the server has said of a token before it refused it. */
function toldWords(refusals: readonly MechanismRefusal[], redact: Redactor): string[] {
  const told = refusals.findLast(refusal => refusal.told !== undefined)?.told;
  if (told === undefined) return [];
  // Shortened last: of a token that is cut, nobody would know that it is one.
  const words = redact(told);
  const shown = words.length > LONGEST_TOLD ? `${words.slice(0, LONGEST_TOLD)}…` : words;
  return [`The server says of the access token: ${visible(shown)}`];
}

function remedy(code: number | undefined, refusal?: MechanismRefusal): string[] {
  const mechanism = refusal?.mechanism ?? '';
  if (code === 535 || code === 530) return [remedyOfRefusal(mechanism, refusal)];
  if (code === 538)
    return [
      'The server takes this login only over an encrypted connection; set SecureSocketOption to StartTls, or to SslOnConnect on its port for TLS',
    ];
  if (code !== 504 && code !== 534) return [];
  return isTokenMechanism(mechanism)
    ? ['The server takes no access token for this mailbox; ask its administrator how the mailbox may sign in']
    : [
        'The server takes this login by no mechanism for passwords that it offers; ask its administrator how the account may sign in, for example by an application password or by the setting OAuth2',
      ];
}

function remedyOfRefusal(
  mechanism: string,
  { servicePrincipal, inCode }: Partial<MechanismRefusal> = {},
): string {
  if (isTokenMechanism(mechanism) && inCode)
    return 'Check whether user of smtp.auth, or else the setting Username, is the mailbox, whether the application may send for it, and whether the token is meant for this server';
  if (isTokenMechanism(mechanism))
    return 'Check whether Username is the mailbox, whether the application may send for it, and whether the token is meant for this server: nest-mailroom check shows its claims';
  if (mechanism === GSSAPI)
    return `Check whether the account of this process may send mail there, and whether the server has the key of ${servicePrincipal ?? 'the service'}, which the setting ServicePrincipal, or else Host, names`;
  return inCode ? 'Check user and pass of smtp.auth' : 'Check the settings Username and Password';
}

function isTokenMechanism(name: string): boolean {
  return TOKEN_MECHANISMS.some(mechanism => mechanism === name);
}
