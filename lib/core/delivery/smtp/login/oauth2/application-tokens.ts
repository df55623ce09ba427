import { isErrorLike } from '../../../../errors/error-facts.js';
import { plainCause } from '../../../../errors/plain-cause.js';
import { visible } from '../../../../redaction/printable.js';
import type { Redactor } from '../../../../redaction/redact.js';
import { createRedactor } from '../../../../redaction/redact.js';
import { kindOf } from '../../../../settings/options/value-kind.js';
import { expiryOf } from './access-token.js';
import type { AccessTokenFunction, GivenAccessToken } from './oauth2-auth.js';
import { TokenError } from './token-error.js';
import type { IssuedToken, TokenProvider, TokenRequest } from './token-provider.js';

/** Longest words of the application that are quoted, in characters. */
const LONGEST_REASON = 300;
/** A time before it, in milliseconds since 1970, was meant in seconds: it is in the year 1973. */
const FIRST_MILLISECONDS = 1e11;

/** Gets access tokens from a function of the application, which has an identity library of its own. */
export class ApplicationTokens implements TokenProvider {
  readonly subject: string;
  readonly facts = {};
  readonly #call: AccessTokenFunction;
  #last: string | undefined;

  /** @param option where the function stands, such as `smtp.auth.accessToken` */
  constructor(call: AccessTokenFunction, option: string) {
    this.#call = call;
    this.subject = option;
  }

  secrets(): readonly string[] {
    return this.#last === undefined ? [] : [this.#last];
  }

  async request(request: TokenRequest): Promise<IssuedToken> {
    const given = await this.#called(request);
    const token: unknown = isGiven(given) ? given.token : given;
    // The source tells what is wrong with it.
    if (typeof token !== 'string')
      throw this.#failure(
        `gave no access token, but ${kindOf(given)}; it gives a text, or { token, expiresAt }`,
      );
    this.#last = token;
    return { value: token, expiresIn: this.#lifeOf(token, isGiven(given) ? given.expiresAt : undefined) };
  }

  async #called(request: TokenRequest): Promise<unknown> {
    try {
      return await this.#call(request);
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      // What identity libraries say of a failure names codes and requests, and no tokens; of whatever looks like one, it is
      // not said.
      const redact: Redactor = text => withoutTokens(text, this.secrets());
      const reason = isErrorLike(error) ? redact(error.message) : String(typeof error);
      const cause = plainCause(error, redact);
      throw new TokenError(`${this.subject} failed: ${reason}`, { retryable: true, cause });
    }
  }

  #lifeOf(token: string, expiresAt: unknown): number | undefined {
    const at = expiresAt ?? undefined;
    const told = at === undefined ? (expiryOf(token) ?? Number.NaN) * 1000 : this.#millisecondsOf(at);
    if (Number.isNaN(told)) return undefined;
    const life = (told - Date.now()) / 1000;
    if (life > 0) return life;
    // A claim is read by the clock of this machine, which may be wrong; the mail server decides.
    if (at === undefined) return undefined;
    throw this.#failure('gave an access token that has expired; check the clock of this machine');
  }

  #millisecondsOf(expiresAt: unknown): number {
    const time = isDate(expiresAt) ? expiresAt.getTime() : expiresAt;
    if (typeof time !== 'number' || Number.isNaN(time))
      throw this.#failure('gave an expiresAt that is neither a date nor milliseconds since 1970');
    if (time < FIRST_MILLISECONDS)
      throw this.#failure('gave an expiresAt that is too long ago; it is a date, or milliseconds since 1970');
    return time;
  }

  #failure(words: string): TokenError {
    return new TokenError(`${this.subject} ${words}`, { retryable: true });
  }
}

/** Another realm's Date is one, too. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function isGiven(given: unknown): given is GivenAccessToken {
  return typeof given === 'object' && given !== null && 'token' in given;
}

/** The words of an error, without what may be a token in them: long words of letters and digits, and those that are known. */
function withoutTokens(message: string, known: readonly string[]): string {
  const [line = ''] = createRedactor(undefined, known)(message).trim().split(/\r?\n/);
  // Shortened last: of a token that is cut, nobody would know that it is one.
  return visible(line.replace(/[\w\-.~+/=]{40,}/g, '***').slice(0, LONGEST_REASON));
}
