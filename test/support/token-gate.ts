import type { PolicyAnswer, PolicyVisit, SmtpPolicy } from './policy-smtp-server.js';

/** How a server refuses a token: with the state of affairs in a challenge first (RFC 7628 3.2.2), or with a reply at once. */
export type TokenRefusalForm = 'challenge' | 'at-once';

/** Which logins a server takes, and how it refuses the others. */
export interface TokenGateOptions {
  /** Whether a token is good for a mailbox. @default none is */
  readonly accepts?: (token: string, user: string) => boolean;
  /** How a token is refused. @default 'challenge' */
  readonly refusal?: TokenRefusalForm;
  /** What the challenge holds, before it is encoded in base64. @default the JSON of RFC 7628 */
  readonly challenge?: string | ((token: string) => string);
  /** The reply that refuses a token. @default '535 5.7.3 Authentication unsuccessful' */
  readonly reply?: PolicyAnswer | string | ((token: string) => PolicyAnswer | string);
  /** What a login waits for before it is answered; undefined answers at once. @default all are answered at once */
  readonly hold?: (login: TokenLogin) => Promise<unknown> | undefined;
  /** What is said to a mechanism instead of taking it; undefined takes it. @default all are taken */
  readonly mechanism?: (name: string, visit: PolicyVisit) => PolicyAnswer | string | undefined;
}

/** A try to log in by a token. */
export interface TokenLogin {
  /** Index of the connection. */
  readonly connection: number;
  /** Whether TLS ran on it. */
  readonly secure: boolean;
  readonly mechanism: string;
  /** Whether the response stood in the line of the command. */
  readonly initial: boolean;
  /** The whole response, decoded. */
  readonly response: string;
  readonly user: string | undefined;
  readonly token: string | undefined;
  /** Whether the login was taken. */
  readonly accepted: boolean;
  /** What the client said to the challenge, as it came. */
  acknowledged?: string;
}

const STATUS = JSON.stringify({ status: '400', schemes: 'Bearer', scope: 'https://mail.example/' });
/** What a client says to the challenge, which ends the login (RFC 7628 3.2.3 for the second). */
const ACKNOWLEDGEMENTS: ReadonlyMap<string, string> = new Map([
  ['XOAUTH2', ''],
  ['OAUTHBEARER', 'AQ=='],
]);

/** Takes logins by XOAUTH2 and OAUTHBEARER with the tokens that are good, and keeps all that were tried. */
export class TokenGate {
  /** Every login that was tried, in that order. */
  readonly logins: TokenLogin[] = [];
  readonly #options: TokenGateOptions;
  readonly #open = new WeakMap<PolicyVisit, string | TokenLogin>();

  constructor(options: TokenGateOptions = {}) {
    this.#options = options;
  }

  /** The part of a server's policy that is about logins. */
  get policy(): SmtpPolicy {
    return {
      AUTH: (visit, line) => this.#begin(visit, line),
      RESPONSE: (visit, line) => this.#goOn(visit, line),
    };
  }

  /** The tokens that were tried, in that order. */
  get tokens(): (string | undefined)[] {
    return this.logins.map(({ token }) => token);
  }

  #begin(visit: PolicyVisit, line: string): PolicyAnswer | string | undefined {
    const [, name = '', response] = /^AUTH (\S+)(?: (\S*))?$/i.exec(line) ?? [];
    const mechanism = name.toUpperCase();
    if (!ACKNOWLEDGEMENTS.has(mechanism)) return '504 5.5.4 Unrecognized authentication type';
    const decided = this.#options.mechanism?.(mechanism, visit);
    if (decided !== undefined) return decided;
    if (response !== undefined) return this.#judge(visit, mechanism, response, true);
    this.#open.set(visit, mechanism);
    return '334 ';
  }

  #goOn(visit: PolicyVisit, line: string): PolicyAnswer | string | undefined {
    const open = this.#open.get(visit);
    this.#open.delete(visit);
    if (open === undefined) return undefined;
    if (line === '*') return '501 5.0.0 cancelled';
    if (typeof open === 'string') return this.#judge(visit, open, line, false);
    open.acknowledged = line;
    return this.#reply(open.token ?? '');
  }

  #judge(visit: PolicyVisit, mechanism: string, encoded: string, initial: boolean): PolicyAnswer | string {
    const response = Buffer.from(encoded, 'base64').toString();
    const read = mechanism === 'XOAUTH2' ? readXoauth2(response) : readOauthBearer(response);
    const { user, token } = read ?? {};
    const { accepts = () => false, refusal = 'challenge', challenge = STATUS, hold } = this.#options;
    const accepted = user !== undefined && token !== undefined && accepts(token, user);
    const { index: connection, secure } = visit;
    const login: TokenLogin = { connection, secure, mechanism, initial, response, user, token, accepted };
    this.logins.push(login);
    const after = hold?.(login);
    if (accepted) return { say: '235 2.7.0 welcome', after };
    if (refusal === 'at-once') {
      const reply = this.#reply(token ?? '');
      return typeof reply === 'string' ? { say: reply, after } : { after, ...reply };
    }
    this.#open.set(visit, login);
    const said = typeof challenge === 'string' ? challenge : challenge(token ?? '');
    return { say: `334 ${Buffer.from(said).toString('base64')}`, after };
  }

  #reply(token: string): PolicyAnswer | string {
    const { reply = '535 5.7.3 Authentication unsuccessful' } = this.#options;
    return typeof reply === 'function' ? reply(token) : reply;
  }
}

/** The response of XOAUTH2, as Google and Microsoft describe it. */
function readXoauth2(response: string): { user: string; token: string } | undefined {
  const [first = '', second = '', ...rest] = response.split('\u0001');
  const [, user] = /^user=(.*)$/.exec(first) ?? [];
  const [, token] = /^auth=Bearer (.+)$/.exec(second) ?? [];
  if (rest.join() !== ',' || rest.length !== 2) return undefined;
  return user === undefined || token === undefined ? undefined : { user, token };
}

/** The response of OAUTHBEARER (RFC 7628 3.1), with the name in the header of GS2 (RFC 5801 4). */
function readOauthBearer(response: string): { user: string; token: string } | undefined {
  const [header = '', ...fields] = response.split('\u0001');
  const [, name] = /^n,a=((?:[^,=]|=2C|=3D)+),$/.exec(header) ?? [];
  const complete = fields.length >= 3 && fields.at(-1) === '' && fields.at(-2) === '';
  const auth = fields.filter(field => field.startsWith('auth='));
  const [, token] = /^auth=Bearer (.+)$/.exec(auth.length === 1 ? (auth[0] ?? '') : '') ?? [];
  if (name === undefined || token === undefined || !complete) return undefined;
  return { user: name.replaceAll('=2C', ',').replaceAll('=3D', '='), token };
}
