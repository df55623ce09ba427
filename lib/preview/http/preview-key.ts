import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Octets of a key that is made at start: 192 bits. */
const KEY_OCTETS = 24;
/** How the names of the preview's cookies begin; the rest tells the previews of one host apart. */
const COOKIE_PREFIX = 'mail-preview-';
/** Most cookies of other starts that a browser keeps: each start with a key of its own leaves one behind. */
const MOST_OTHER_COOKIES = 9;

/**
 * The key of one preview, and what is made of it: a cookie for browsers, and a token for its forms. Neither tells the key, and
 * neither is good for anything else.
 */
export class PreviewKey {
  /** What the forms of the pages send along, to show that a page of the preview has sent them. */
  readonly formToken: string;
  readonly #key: string;
  readonly #given: boolean;
  readonly #base: string;
  readonly #cookie: { readonly name: string; readonly value: string };

  /**
   * @param base path of the preview; its cookie is good for no other
   * @param given the key that the options say; else one is made
   */
  constructor(base: string, given?: string) {
    this.#key = given ?? randomBytes(KEY_OCTETS).toString('base64url');
    this.#given = given !== undefined;
    this.#base = base;
    this.formToken = this.#derived('form');
    // Cookies do not tell ports apart: by the key in its name, no preview takes the place of another on the same host.
    this.#cookie = {
      name: `${COOKIE_PREFIX}${this.#derived('name').slice(0, 12)}`,
      value: this.#derived('cookie'),
    };
  }

  /** The query of the address that opens the preview. */
  get query(): string {
    return `?key=${encodeURIComponent(this.#key)}`;
  }

  /** The same as it may stand in a log: who has chosen the key knows it. */
  get loggedQuery(): string {
    return this.#given ? '?key=***' : this.query;
  }

  /** Whether this is the key; how long it takes does not tell how much of it is right. */
  is(candidate: string): boolean {
    // No key has a space: one in a query was a plus sign that nobody has escaped.
    return sameText(candidate.replaceAll(' ', '+'), this.#key);
  }

  /** Whether a form's token is that of this preview. */
  isFormToken(candidate: string): boolean {
    return sameText(candidate, this.formToken);
  }

  /** Whether a request carries the cookie that {@link cookies} has set. */
  isInCookies(request: IncomingMessage): boolean {
    const { name, value } = this.#cookie;
    return cookiesOf(request).some(one => one.name === name && sameText(one.value, value));
  }

  /** Values of `Set-Cookie` (RFC 6265) for a browser that has the key: this start's cookie, and the end of the oldest of other starts. */
  cookies(request: IncomingMessage): string[] {
    const { name, value } = this.#cookie;
    const attributes = `Path=${this.#base === '' ? '/' : this.#base}; HttpOnly; SameSite=Strict${isSecure(request) ? '; Secure' : ''}`;
    // The oldest come first (RFC 6265 5.4).
    const others = cookiesOf(request).filter(
      one => one.name.startsWith(COOKIE_PREFIX) && one.name !== name && /^[\w-]+$/.test(one.name),
    );
    const old = others.slice(0, Math.max(0, others.length - MOST_OTHER_COOKIES));
    return [`${name}=${value}; ${attributes}`, ...old.map(one => `${one.name}=; Max-Age=0; ${attributes}`)];
  }

  #derived(use: string): string {
    return createHmac('sha256', this.#key)
      .update(`nest-mailroom preview ${use} ${this.#base}`)
      .digest('base64url');
  }
}

function cookiesOf({ headers: { cookie = '' } }: IncomingMessage): { name: string; value: string }[] {
  return cookie.split(';').map(pair => {
    const [name = '', ...rest] = pair.trim().split('=');
    return { name, value: rest.join('=') };
  });
}

/** Whether the browser speaks TLS, to this server or to a proxy in front of it. */
function isSecure({ socket, headers }: IncomingMessage): boolean {
  if (Reflect.get(socket, 'encrypted') === true) return true;
  // Whoever forges it only keeps a cookie from crossing clear connections.
  return /^\s*https\b/i.test(String(headers['x-forwarded-proto'] ?? ''));
}

/** Compares digests, which have one length, in constant time. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
