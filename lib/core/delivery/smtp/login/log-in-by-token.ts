import { onAbort } from '../../../concurrency/on-abort.js';
import { MailDeliveryError } from '../../../errors/mail-delivery-error.js';
import type { OAuth2Mechanism } from '../../../settings/oauth2/resolved-oauth2.js';
import { CLOSING, codeOf } from '../reply-codes.js';
import type { MechanismRefusal, Say } from './authenticate.js';
import { authenticate, isOfMechanism } from './authenticate.js';
import type { LoginStep } from './login-step.js';
import { isClosedAfterRefusal, refusedLogin } from './login-step.js';
import { TokenError } from './oauth2/token-error.js';
import { tokenMechanism } from './oauth2/token-mechanisms.js';
import type { OfferedToken, TokenSource } from './oauth2/token-source.js';
import type { SaslMechanism } from './sasl-mechanism.js';

/** A sign-in by an access token. */
export interface TokenLogin {
  readonly tokens: TokenSource;
  /** The mailbox. */
  readonly user: string;
  /** Whether code gives the token. */
  readonly inCode: boolean;
  /** The mail server, as the settings name it. */
  readonly host: string;
  readonly port: number;
  /** In the order in which they are tried. */
  readonly mechanisms: readonly OAuth2Mechanism[];
  /** Told when there is a token, before it is sent, or why there is none. */
  readonly onToken: (problem?: string) => void;
}

/**
 * Signs in by an access token. A token that the server refuses is dropped, and the sign-in is tried once more, over the same
 * connection, with a new one.
 *
 * @throws MailDeliveryError `EMAILAUTH` when there is no token, or the server refuses it
 */
export async function logInByToken(login: TokenLogin, step: LoginStep): Promise<void> {
  const { tokens, inCode } = login;
  const refusals: MechanismRefusal[] = [];
  // Ends the wait for a token when the session does not wait any more.
  const over = new AbortController();
  let refused: OfferedToken | undefined;
  let underWay: { readonly offered: OfferedToken; readonly runs: readonly SaslMechanism[] } | undefined;
  const isTaken = async (offered: OfferedToken, say: Say): Promise<boolean> => {
    const runs = runsOf(login, offered, refusals);
    underWay = { offered, runs };
    const isGood = await authenticate(say, runs, refusal => refusals.push({ ...refusal, inCode }));
    underWay = undefined;
    if (isGood) tokens.took(offered.value);
    else if (isOfToken(refusals)) {
      refused = offered;
      tokens.refuse(offered.value);
    }
    return isGood;
  };
  try {
    await step.run(async say => {
      const first = await tokenOf(login, over.signal, step);
      if (await isTaken(first, say)) return;
      if (!refused) throw refusedLogin(refusals);
      const second = await tokenOf(login, over.signal, step);
      // Who gives the same one again has no other.
      if (second.value === first.value) tokens.refuse(second.value);
      else if (await isTaken(second, say)) return;
      throw refusedLogin(refusals);
    });
  } catch (error) {
    // What was said of a token counts, also where the connection ended before the reply.
    if (underWay?.runs.some(({ told }) => told !== undefined)) tokens.refuse(underWay.offered.value);
    const isClosed = isClosedAfterRefusal(error, refusals) || (refused !== undefined && isClosing(error));
    if (!isClosed) throw error;
    // In place of hearing another token, the server has ended the session: the next connection is for that one.
    const retryable = refused?.isReplacement === false;
    const refusal = refusedLogin(refusals.filter(({ reply }) => codeOf(reply) !== CLOSING));
    throw step.failure(Object.assign(refusal, retryable && { retryable }));
  } finally {
    over.abort();
  }
}

async function tokenOf(
  { tokens, onToken }: TokenLogin,
  signal: AbortSignal,
  step: LoginStep,
): Promise<OfferedToken> {
  step.awaiting(tokens.subject);
  // Whoever listens is told before the session says that it has failed.
  const stop = onAbort(signal, () => onToken(`${tokens.subject} did not answer in time`));
  try {
    const offered = await tokens.get(signal);
    onToken();
    return offered;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    onToken(error.message);
    throw step.impossible(error.message, error);
  } finally {
    stop();
    step.awaiting(undefined);
  }
}

/** The runs of the mechanisms that the server has not refused as such. */
function runsOf(
  { user, host, port, mechanisms }: TokenLogin,
  { value: token }: OfferedToken,
  refusals: readonly MechanismRefusal[],
): SaslMechanism[] {
  const unfit = refusals.filter(({ reply }) => isOfMechanism(reply)).map(({ mechanism }) => mechanism);
  const left = mechanisms.filter(name => !unfit.includes(name));
  return left.map(name => tokenMechanism(name, { user, token, host, port }));
}

/** Whether the last refusal was one of the token, and not of the mechanism or of the moment. */
function isOfToken(refusals: readonly MechanismRefusal[]): boolean {
  const { reply, told } = refusals.at(-1) ?? {};
  if (reply === undefined) return false;
  return /^535(?!\d)/.test(reply) || (told !== undefined && reply.startsWith('5') && !isOfMechanism(reply));
}

/** Whether the server has ended the session with 421 (RFC 5321 3.8). */
function isClosing(error: unknown): boolean {
  return error instanceof MailDeliveryError && error.phase === 'auth' && error.responseCode === CLOSING;
}
