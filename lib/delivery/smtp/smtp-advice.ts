import type { MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { SmtpConversation } from './smtp-conversation.js';
import type { SmtpLibraryError } from './smtp-failure.js';

/** What an administrator can do about a failure, naming the setting; undefined when the server has said enough. */
export function adviceFor(
  error: SmtpLibraryError,
  phase: MailDeliveryPhase,
  scene: { settings: ResolvedMailSettings; conversation: SmtpConversation },
): string | undefined {
  const { settings, conversation } = scene;
  const cause = error.originalCode ?? error.code ?? '';
  switch (phase) {
    case 'connect':
      return connectAdvice(cause, error, settings);
    case 'tls':
      return tlsAdvice(cause, error, settings, conversation);
    case 'auth':
      return error.responseCode === 535 || error.responseCode === 530
        ? 'Check the settings Username and Password'
        : undefined;
    case 'envelope':
      return loginAdvice(error, settings, conversation);
    case 'after-data':
      return 'It may or may not have been accepted; a retry must keep the Message-ID';
    default:
      return undefined;
  }
}

/** RFC 4954 6: 530 5.7.0 asks for a login; Postfix and others say 5.7.1 to everybody who has not logged in. */
function loginAdvice(
  error: SmtpLibraryError,
  settings: ResolvedMailSettings,
  conversation: SmtpConversation,
): string | undefined {
  const refusals = [error, ...(error.rejectedErrors ?? [])];
  const asked = refusals.some(
    ({ responseCode, response = '' }) => responseCode === 530 || /^5\d\d[ -]5\.7\.[01]\b/.test(response),
  );
  if (!asked || settings.username !== undefined || !conversation.offers('AUTH')) return undefined;
  return 'The server offers authentication and none was used; if it wants a login, set Username and Password';
}

function connectAdvice(
  cause: string,
  error: SmtpLibraryError,
  settings: ResolvedMailSettings,
): string | undefined {
  if (cause === 'ECONNREFUSED') return 'Nothing listens there; check the settings Host and Port';
  if (cause === 'ENOTFOUND' || cause === 'EAI_AGAIN' || error.code === 'EDNS')
    return 'The host name is not known; check the setting Host';
  if (cause === 'ETIMEDOUT')
    return `It did not answer within the setting ConnectionTimeout (${settings.connectionTimeout} s); check Host, Port and SecureSocketOption`;
  return undefined;
}

function tlsAdvice(
  cause: string,
  error: SmtpLibraryError,
  settings: ResolvedMailSettings,
  conversation: SmtpConversation,
): string {
  if (cause === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'The certificate is for another name; set Host to a name that it holds';
  if (cause === 'CERT_HAS_EXPIRED') return 'The certificate of the server has expired';
  if (cause === 'CERT_NOT_YET_VALID')
    return 'The certificate of the server is not valid yet; check the clocks';
  if (/^(?:DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(cause)) {
    return 'The certificate is not signed by a known authority; trust its authority with NODE_EXTRA_CA_CERTS or the option smtp.tls.ca';
  }
  if (error.command === 'STARTTLS' || conversation.phase === 'tls')
    return startTlsAdvice(settings, conversation);
  if (/WRONG_VERSION|wrong version|EPROTO/i.test(`${cause} ${error.message}`)) {
    return 'The server does not speak TLS from the first byte on this port; set SecureSocketOption to StartTls or Auto, or Port to 465';
  }
  return 'Check the settings SecureSocketOption and Port';
}

function startTlsAdvice(settings: ResolvedMailSettings, conversation: SmtpConversation): string {
  if (conversation.offers('STARTTLS'))
    return 'The server offers STARTTLS but refused it; the mail is not sent in clear';
  if (settings.secureSocketOption === 'StartTls')
    return 'The server does not offer STARTTLS; change SecureSocketOption, or ask for TLS on the server';
  return 'The server does not offer STARTTLS and the password must not cross a clear connection; set SecureSocketOption to SslOnConnect, or to None if the network is trusted';
}
