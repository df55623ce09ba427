import type { TokenFacts } from '../sign-in-facts.js';

/** An access token as it was got. */
export interface IssuedToken {
  readonly value: string;
  /** Seconds for which it can be used, from now on; undefined when nobody has said. */
  readonly expiresIn?: number | undefined;
}

/** How an access token is asked for. */
export interface TokenRequest {
  /** Whether the last one was refused by the mail server, so that the same one is of no use. */
  readonly renew: boolean;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** Who gives access tokens: a token endpoint, or the application. */
export interface TokenProvider {
  /** What is called so in messages, such as `the token endpoint https://…`. */
  readonly subject: string;
  /** What can be told of it. */
  readonly facts: Omit<TokenFacts, 'by' | 'problem' | 'claims' | 'expiresIn'>;
  /** Everything that must not be shown: it may change with each request. */
  secrets(): readonly string[];
  /**
   * Asks for a token.
   *
   * @throws TokenError why there is none
   */
  request(request: TokenRequest): Promise<IssuedToken>;
  /** Whether the answer to a request may hold what is needed after a restart: a new refresh token. @default false */
  readonly mayReplaceSecret?: boolean;
  /** Resolves when the application has stored what it was told to. @default there is nothing to store */
  stored?(): Promise<unknown>;
}
