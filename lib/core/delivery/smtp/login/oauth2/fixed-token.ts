import type { OAuth2Auth } from './oauth2-auth.js';
import type { IssuedToken, TokenProvider } from './token-provider.js';

/** An access token that the application gave as a text: nobody renews it but the application, in its own object. */
export class FixedToken implements TokenProvider {
  readonly subject = 'smtp.auth.accessToken';
  readonly facts = {};
  readonly #auth: Pick<OAuth2Auth, 'accessToken'>;

  constructor(auth: Pick<OAuth2Auth, 'accessToken'>) {
    this.#auth = auth;
  }

  secrets(): readonly string[] {
    return [this.#token];
  }

  async request(): Promise<IssuedToken> {
    // Looked at for each sign-in.
    return { value: this.#token, expiresIn: 0 };
  }

  get #token(): string {
    const { accessToken } = this.#auth;
    return typeof accessToken === 'string' ? accessToken : '';
  }
}
