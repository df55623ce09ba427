import type { OAuth2Mechanism } from '../../../settings/oauth2/resolved-oauth2.js';
import type { MechanismRefusal, Say } from './authenticate.js';
import { authenticate, isOfMechanism } from './authenticate.js';
import type { LoginStep } from './login-step.js';
import { isClosedAfterRefusal, refusedLogin } from './login-step.js';
import { TokenError } from './oauth2/token-error.js';
import { tokenMechanism } from './oauth2/token-mechanisms.js';
import type { OfferedToken, TokenSource } from './oauth2/token-source.js';

/** A sign-in by an access token. */
export interface TokenLogin {
  readonly tokens: TokenSource;
  /** The mailbox. */
  readonly user: string;
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
  const { tokens } = login;
  const refusals: MechanismRefusal[] = [];
  // Ends the wait for a token when the session does not wait any more.
  const over = new AbortController();
  let offered: OfferedToken | undefined;
  const next = async (): Promise<OfferedToken> => {
    offered = await tokenOf(login, over.signal, step);
    login.onToken();
    return offered;
  };
  try {
    await step.run(async say => {
      const first = await next();
      if (await isTaken(login, first, say, refusals)) return;
      if (!isOfToken(refusals)) throw refusedLogin(refusals);
      tokens.refuse(first.value);
      const second = await next();
      // Who gives the same one again has no other.
      if (second.value !== first.value && (await isTaken(login, second, say, refusals))) return;
      throw refusedLogin(refusals);
    });
  } catch (error) {
    if (offered && isOfToken(refusals)) tokens.refuse(offered.value);
    if (!isClosedAfterRefusal(error, refusals)) throw error;
    // In place of hearing another token, the server has closed the connection: one that is new may be taken by the next.
    const retryable = isOfToken(refusals) && offered?.isNew === false;
    throw step.failure(Object.assign(refusedLogin(refusals), retryable && { retryable }));
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
  try {
    return await tokens.get(signal);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    onToken(error.message);
    throw step.impossible(error.message, error);
  } finally {
    step.awaiting(undefined);
  }
}

async function isTaken(
  { user, host, port, mechanisms }: TokenLogin,
  { value: token }: OfferedToken,
  say: Say,
  refusals: MechanismRefusal[],
): Promise<boolean> {
  const unfit = refusals.filter(({ reply }) => isOfMechanism(reply)).map(({ mechanism }) => mechanism);
  const left = mechanisms.filter(name => !unfit.includes(name));
  const runs = left.map(name => tokenMechanism(name, { user, token, host, port }));
  return authenticate(say, runs, refusal => refusals.push(refusal));
}

/** Whether the last refusal was one of the token, and not of the mechanism or of the moment. */
function isOfToken(refusals: readonly MechanismRefusal[]): boolean {
  const { reply, told } = refusals.at(-1) ?? {};
  if (reply === undefined) return false;
  return /^535(?!\d)/.test(reply) || (told !== undefined && reply.startsWith('5') && !isOfMechanism(reply));
}
