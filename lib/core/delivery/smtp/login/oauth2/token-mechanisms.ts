import type { OAuth2Mechanism } from '../../../../settings/oauth2/resolved-oauth2.js';
import type { SaslMechanism } from '../sasl-mechanism.js';

/** What a sign-in by a token is made from. */
export interface TokenCredentials {
  /** The mailbox. */
  readonly user: string;
  readonly token: string;
  /** The mail server, as the settings name it. */
  readonly host: string;
  readonly port: number;
}

const MECHANISMS: Readonly<
  Record<OAuth2Mechanism, { first: (credentials: TokenCredentials) => string; last: string }>
> = {
  XOAUTH2: { first: xoauth2, last: '' },
  OAUTHBEARER: { first: oauthbearer, last: '\u0001' },
};

/** The mechanisms by which a token can be handed over, in the order in which they are tried. */
export const TOKEN_MECHANISMS: readonly OAuth2Mechanism[] = ['XOAUTH2', 'OAUTHBEARER'];

/** Begins a run of a mechanism. */
export function tokenMechanism(name: OAuth2Mechanism, credentials: TokenCredentials): SaslMechanism {
  const { first, last } = MECHANISMS[name];
  const initialResponse = first(credentials);
  const answers = [initialResponse, last];
  let told: string | undefined;
  return {
    name,
    initialResponse,
    get told() {
      return told;
    },
    answer: challenge => {
      // A server that asks with nothing has not looked at what came with AUTH.
      if (challenge.length === 0 && answers.length === 2) return answers.shift();
      if (answers.length === 0) return undefined;
      told = whyIn(challenge);
      // The server says why in a challenge, and refuses once that has been answered (RFC 7628 3.2.3).
      return answers.splice(0).at(-1);
    },
  };
}

/** The mechanism that mail servers of Google and Microsoft document. */
function xoauth2({ user, token }: TokenCredentials): string {
  return `user=${user}\u0001auth=Bearer ${token}\u0001\u0001`;
}

/** RFC 7628 3.1, with the header of GS2 (RFC 5801 4), in whose names `,` and `=` are escaped. */
function oauthbearer({ user, token, host, port }: TokenCredentials): string {
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  return `n,a=${name},\u0001host=${host}\u0001port=${port}\u0001auth=Bearer ${token}\u0001\u0001`;
}

/** What a server says in JSON of a token that it refuses (RFC 7628 3.2.2), in words: as they came, and not redacted. */
function whyIn(challenge: Buffer): string | undefined {
  const text = challenge.toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return text;
    const words = Object.entries(parsed)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .map(([key, value]) => `${key} ${String(value)}`);
    return words.length === 0 ? undefined : words.join(', ');
  } catch {
    return text === '' ? undefined : text;
  }
}
