import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { REMEDIES } from '../../text/remedies.js';
import type { SmtpLibraryError } from './nodemailer/nodemailer-error.js';
import type { ConversationState } from './smtp-conversation.js';

const OLD_TLS = /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION/;
const CLEAR_ANSWER = /WRONG_VERSION|wrong version|PACKET_LENGTH_TOO_LONG/;

/** What an administrator can do when TLS does not come about, naming the setting. */
export function tlsAdvice(
  error: SmtpLibraryError,
  settings: ResolvedMailSettings,
  conversation: ConversationState,
): string {
  const cause = error.originalCode ?? error.code ?? '';
  const certificate = certificateAdvice(cause, error);
  if (certificate !== undefined) return certificate;
  if (OLD_TLS.test(cause))
    return 'Only TLS 1.2 or later is taken, which the server does not speak; update the server';
  if (conversation.phase === 'tls') return startTlsAdvice(cause, error, settings);
  if (CLEAR_ANSWER.test(`${cause} ${error.message}`))
    return `The server does not speak TLS from the first byte on this port; ${insteadOfImplicit(settings)}`;
  if (cause === 'ETIMEDOUT')
    return `${unanswered(error, settings)}; if the server waits for a clear connection on this port, ${insteadOfImplicit(settings)}`;
  return 'Check the settings SecureSocketOption and Port';
}

/** The server expects TLS from the first byte, and the settings connect in clear. */
export function implicitTlsMet(settings: ResolvedMailSettings): string {
  return `${serverOf(settings)} speaks TLS from the first byte, but ${written(settings)}; set it to SslOnConnect`;
}

/** STARTTLS is demanded and not offered. */
export function startTlsNotOffered(settings: ResolvedMailSettings): string {
  return `${serverOf(settings)} does not offer STARTTLS, but ${written(settings)}; nothing was sent in clear. Ask for TLS on the server, or change SecureSocketOption`;
}

/** The connection has stayed in clear, and a password is to be sent over it. */
export function clearCredentialsRefused(settings: ResolvedMailSettings, credentials: string): string {
  return `The connection to ${serverOf(settings)} is not encrypted, as the server does not offer STARTTLS, and ${credentials} must not cross it. Set SecureSocketOption to SslOnConnect if the server speaks TLS from the first byte, or to None if the network is trusted`;
}

/** Clear text came behind the reply to STARTTLS: an attacker may want it to be taken for a reply under TLS. */
export function clearTextInjected(settings: ResolvedMailSettings): string {
  return `${serverOf(settings)}, or somebody on the way to it, sent clear text behind its reply to STARTTLS, which must not be taken for what is said under TLS (RFC 3207); nothing was sent`;
}

function certificateAdvice(cause: string, error: SmtpLibraryError): string | undefined {
  if (cause === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = error.cert?.subjectaltname;
    return `The certificate is for another name${names === undefined ? '' : ` (${names})`}; set Host to a name that it holds`;
  }
  if (cause === 'CERT_HAS_EXPIRED') return 'The certificate of the server has expired';
  if (cause === 'CERT_NOT_YET_VALID')
    return 'The certificate of the server is not valid yet; check the clocks';
  if (/^(?:DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(cause))
    return `The certificate is not signed by a known authority; ${REMEDIES.privateAuthority.inCode}`;
  return undefined;
}

function startTlsAdvice(cause: string, error: SmtpLibraryError, settings: ResolvedMailSettings): string {
  if (error.responseCode !== undefined)
    return `The server offers STARTTLS but refused it; as ${written(settings)}, the mail is never sent in clear then`;
  if (CLEAR_ANSWER.test(`${cause} ${error.message}`))
    return 'After its reply to STARTTLS the server, or somebody on the way to it, sent clear text in place of the TLS handshake; nothing was sent';
  const reason = cause === 'ETIMEDOUT' ? unanswered(error, settings) : 'No TLS came about after STARTTLS';
  return `${reason}; as ${written(settings)}, the mail is never sent in clear then`;
}

function unanswered(
  { timeoutType }: SmtpLibraryError,
  { connectionTimeout, socketTimeout }: ResolvedMailSettings,
): string {
  const setting =
    timeoutType === 'SOCKET_TIMEOUT'
      ? `SocketTimeout (${socketTimeout} s)`
      : `ConnectionTimeout (${connectionTimeout} s)`;
  return `The TLS handshake was not answered within the setting ${setting}`;
}

function insteadOfImplicit({ secureSocketOption }: ResolvedMailSettings): string {
  return secureSocketOption === 'SslOnConnect'
    ? 'set SecureSocketOption to StartTls or Auto, or Port to 465'
    : 'set SecureSocketOption to StartTls, or Port to 587';
}

/** The setting as the administrator knows it. */
function written({ enableSsl, secureSocketOption }: ResolvedMailSettings): string {
  return enableSsl && secureSocketOption === 'StartTls'
    ? 'EnableSsl is true, which means SecureSocketOption StartTls'
    : `SecureSocketOption is ${secureSocketOption}`;
}

function serverOf({ host, port }: ResolvedMailSettings): string {
  return `${host}:${port}`;
}
