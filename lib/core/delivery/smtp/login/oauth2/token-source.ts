import { atMost } from '../../../../concurrency/at-most.js';
import { linkedAbort } from '../../../../concurrency/linked-abort.js';
import { untilAborted } from '../../../../concurrency/until-aborted.js';
import { plainCause } from '../../../../errors/plain-cause.js';
import type { Redactor } from '../../../../redaction/redact.js';
import type { TokenFacts } from '../sign-in-facts.js';
import { claimsOf, tokenProblem } from './access-token.js';
import { TokenError } from './token-error.js';
import type { IssuedToken, TokenProvider } from './token-provider.js';
import { TokenRedactor } from './token-redactor.js';

/** The part of its life after which a token is renewed. */
const RENEWED_AT = 0.8;
/** Seconds for which a token is used whose life nobody has told. */
const UNTOLD_LIFE = 300;
/** Longest wait for a new token while the old one is still good, in milliseconds. */
const RENEWAL_PATIENCE_MS = 5000;
/** Longest time for which an endpoint is left alone, however much longer it asks for, in milliseconds. */
const LONGEST_PAUSE_MS = 24 * 3600 * 1000;
/** How long a shutdown waits until a new refresh token is there and stored, in milliseconds. */
const STORING_MS = 1000;

/** An access token for a sign-in. */
export interface OfferedToken {
  readonly value: string;
  /** Whether it was got in place of one that the mail server had refused, and the server has taken it from nobody yet. */
  readonly isReplacement: boolean;
}

interface HeldToken {
  readonly value: string;
  readonly expiresIn: number | undefined;
  /** On the monotonic clock, which nobody sets. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** What a source knows, in memory only. */
interface SourceState {
  token: HeldToken | undefined;
  /** The request under way: there is one at a time. */
  pending: Promise<HeldToken> | undefined;
  /** The last token, when the mail server has refused it. */
  refused: string | undefined;
  /** The token that was got in its place, until the mail server takes it. */
  replacement: string | undefined;
  /** Why there is none, and until when nobody is asked again. */
  pause: { readonly error: TokenError; readonly until: number } | undefined;
}

/** The access tokens of one mailer, shared by all its connections: asked for once at a time, and renewed early. */
export class TokenSource {
  readonly #provider: TokenProvider;
  readonly #limitMs: number;
  readonly #redactor: TokenRedactor;
  readonly #shutdown = new AbortController();
  readonly #state: SourceState = {
    token: undefined,
    pending: undefined,
    refused: undefined,
    replacement: undefined,
    pause: undefined,
  };

  /**
   * @param user the mailbox, which stands beside the token in what is sent
   * @param limitMs the setting `ConnectionTimeout` in milliseconds: the longest time for one request
   */
  constructor(provider: TokenProvider, user: string, limitMs: number) {
    this.#provider = provider;
    this.#limitMs = limitMs;
    this.#redactor = new TokenRedactor(provider, user);
  }

  /** Who gives the tokens, for messages. */
  get subject(): string {
    return this.#provider.subject;
  }

  /** What can be told of the last token. */
  get facts(): TokenFacts {
    const { token } = this.#state;
    const claims = token && claimsOf(token.value);
    return {
      by: 'token',
      ...this.#provider.facts,
      ...(token?.expiresIn && { expiresIn: token.expiresIn }),
      ...(claims && { claims }),
    };
  }

  /** Removes the tokens, and whatever else of this source is secret, from a text. */
  readonly redact: Redactor = text => this.#redactor.redact(text);

  /**
   * Gets a token that the mail server has not refused.
   *
   * @param signal ends the wait; a request that others may wait for goes on
   * @throws {@link TokenError} why there is none
   * @throws the signal's reason
   */
  async get(signal: AbortSignal): Promise<OfferedToken> {
    const held = this.#state.token;
    const isFresh = held && performance.now() < held.renewAt;
    const { value } = isFresh ? held : await (held ? this.#renewed(held, signal) : this.#asked(signal));
    return { value, isReplacement: value === this.#state.replacement };
  }

  /** The mail server has taken a token. */
  took(token: string): void {
    if (this.#state.replacement === token) this.#state.replacement = undefined;
  }

  /** The mail server has refused a token: another one is asked for, unless that has happened already. */
  refuse(token: string): void {
    if (this.#state.token?.value !== token) return;
    this.#state.token = undefined;
    this.#state.refused = token;
  }

  /**
   * Ends a request that is under way. One that may bring a new refresh token gets a moment more, as the one before may not be
   * good any more, and so does the application that stores it.
   */
  async close(): Promise<void> {
    const provider = this.#provider;
    const { pending } = this.#state;
    const end = performance.now() + STORING_MS;
    if (provider.mayReplaceSecret && pending)
      await atMost(
        STORING_MS,
        pending.catch(() => {}),
      );
    this.#shutdown.abort(new TokenError('the mailer is shutting down', { retryable: true }));
    await atMost(Math.max(0, end - performance.now()), provider.stored?.() ?? Promise.resolve());
  }

  /** A new token, or for the rest of its life the old one where a new one cannot be had soon. */
  async #renewed(held: HeldToken, signal: AbortSignal): Promise<HeldToken> {
    const isGood = (): boolean => held === this.#state.token && performance.now() < held.expiresAt;
    const patience = linkedAbort(signal);
    const timer = setTimeout(
      () => isGood() && patience.abort(),
      Math.min(RENEWAL_PATIENCE_MS, this.#limitMs / 3),
    );
    try {
      return await this.#asked(patience.signal.platform);
    } catch (error) {
      if (signal.aborted || !isGood()) throw error;
      return held;
    } finally {
      clearTimeout(timer);
      patience.unlink();
    }
  }

  /** Whoever joins a request that others have begun may find it at its end, and has the whole time for one of its own. */
  async #asked(signal: AbortSignal): Promise<HeldToken> {
    const joins = this.#state.pending !== undefined;
    try {
      return await untilAborted(this.#ask(), signal);
    } catch (error) {
      if (!joins || signal.aborted || !(error instanceof TokenError) || !error.isLate) throw error;
      return untilAborted(this.#ask(), signal);
    }
  }

  #ask(): Promise<HeldToken> {
    const { pending, pause } = this.#state;
    if (pending) return pending;
    const leftMs = pause ? pause.until - performance.now() : 0;
    if (pause && leftMs > 0) return Promise.reject(stillPaused(pause.error, leftMs));
    const asked = this.#request().finally(() => (this.#state.pending = undefined));
    // Those who wait may all have gone.
    asked.catch(() => {});
    this.#state.pending = asked;
    return asked;
  }

  async #request(): Promise<HeldToken> {
    const bound = linkedAbort(this.#shutdown.signal);
    const seconds = this.#limitMs / 1000;
    const late = new TokenError(
      `${this.subject} did not answer within the setting ConnectionTimeout (${seconds} s)`,
      { retryable: true, isLate: true },
    );
    const timer = setTimeout(() => bound.abort(late), this.#limitMs);
    try {
      const renew = this.#state.refused !== undefined;
      const request = this.#provider.request({ renew, signal: bound.signal.platform });
      const token = this.#checked(await untilAborted(request, bound.signal));
      this.#redactor.carry(token.value);
      // The last one may have been refused meanwhile.
      const { refused } = this.#state;
      this.#state.token = token;
      this.#state.replacement = refused === undefined ? undefined : token.value;
      this.#state.refused = undefined;
      this.#state.pause = undefined;
      return token;
    } catch (error) {
      throw this.#failed(error);
    } finally {
      this.#redactor.changed();
      clearTimeout(timer);
      bound.unlink();
    }
  }

  #checked({ value, expiresIn }: IssuedToken): HeldToken {
    const problem = tokenProblem(value);
    if (problem !== undefined) throw new TokenError(`${this.subject} ${problem}`, { retryable: false });
    const now = performance.now();
    const life = expiresIn ?? UNTOLD_LIFE;
    return {
      value,
      expiresIn,
      renewAt: now + life * 1000 * RENEWED_AT,
      expiresAt: now + life * 1000,
    };
  }

  #failed(error: unknown): TokenError {
    const failure =
      error instanceof TokenError
        ? error
        : new TokenError(`${this.subject} failed`, {
            retryable: true,
            cause: plainCause(error, this.redact),
          });
    const { retryAfterMs = 0 } = failure;
    if (retryAfterMs > 0) {
      const until = performance.now() + Math.min(retryAfterMs, LONGEST_PAUSE_MS);
      this.#state.pause = { error: failure, until };
    }
    return failure;
  }
}

function stillPaused({ message, retryable, cause }: TokenError, leftMs: number): TokenError {
  const seconds = Math.ceil(leftMs / 1000);
  return new TokenError(`${message}. It is asked again in ${seconds} s, as it wished`, { retryable, cause });
}
