import type { MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { refusalsIn } from './envelope-replies.js';
import { greetingAdvice } from './greeting-advice.js';
import { refusedLoginAdvice } from './login/login-advice.js';
import type { SmtpLibraryError } from './nodemailer/nodemailer-error.js';
import type { ConversationState } from './smtp-conversation.js';
import { tlsAdvice } from './tls-advice.js';

/** What advice is made from, beside the failure. */
export interface AdviceContext {
  readonly settings: ResolvedMailSettings;
  readonly conversation: ConversationState;
  readonly redact: Redactor;
}

/** What an administrator can do about a failure, naming the setting; undefined when the server has said enough. */
export function adviceFor(
  error: SmtpLibraryError,
  phase: MailDeliveryPhase,
  { settings, conversation, redact }: AdviceContext,
): string | undefined {
  const greeting = greetingAdvice(error, phase, conversation);
  if (greeting !== undefined) return greeting;
  const cause = error.originalCode ?? error.code ?? '';
  switch (phase) {
    case 'connect':
      return connectAdvice(cause, error, settings);
    case 'tls':
      return tlsAdvice(error, settings, conversation);
    case 'auth':
      return refusedLoginAdvice(error, redact);
    case 'envelope':
    case 'data':
      return loginAdvice(error, conversation);
    case 'after-data':
      return 'It may or may not have been accepted; a retry must keep the Message-ID';
    default:
      return undefined;
  }
}

/** RFC 4954 6: 530 5.7.0 asks for a login; Postfix and others say 5.7.1 to everybody who has not logged in. */
function loginAdvice(error: SmtpLibraryError, conversation: ConversationState): string | undefined {
  const refusals = refusalsIn(conversation.envelope).map(({ reply }) => reply);
  const asked = [error.response ?? '', ...refusals].some(reply =>
    /^(?:530\b|5\d\d[ -]5\.7\.[01]\b)/.test(reply),
  );
  if (!asked || conversation.loginTried || !conversation.offers('AUTH')) return undefined;
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
