import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../core/errors/error-facts.js';
import { errorPage } from '../view/error-page.js';
import { SCRIPT } from '../view/script.js';
import { STYLE } from '../view/style.js';
import { foreignRefusal, FORM_TOKEN } from './foreign-request.js';
import { lockedReply } from './locked-reply.js';
import { addressWith, isOpening, pathOf } from './opening-address.js';
import { decideAccess } from './preview-access.js';
import type { PreviewAccessOptions } from './preview-access.js';
import { PreviewBadRequest, PreviewNotFound } from './preview-error.js';
import type { PreviewEvents } from './preview-events.js';
import { PreviewKey } from './preview-key.js';
import type { PreviewReply } from './preview-reply.js';
import { jsonReply, redirectReply } from './preview-reply.js';
import { PreviewRequest } from './preview-request.js';
import type { PreviewRoute, PreviewSection } from './preview-route.js';
import { readForm } from './request-body.js';
import { findRoute } from './route-match.js';
import { securityHeaders } from './security-headers.js';

/** What a {@link PreviewHandler} is made of. */
export interface PreviewHandlerOptions extends PreviewAccessOptions {
  /** Path at which it is mounted, such as `/mail`; `/` for all of a server. */
  readonly path: string;
  /** Opens it. @default one that is made for this start */
  readonly key?: string;
  /** In the order of the navigation; the first is where the path itself leads to. */
  readonly sections: readonly PreviewSection[];
  readonly events: PreviewEvents;
  /** Called with the error when a request could not be answered. @default nothing is done */
  readonly onError?: (error: unknown) => void;
}

/** Answers HTTP requests below one path. Knows nothing of Nest, Express or Fastify: a server of Node's is enough. */
export class PreviewHandler {
  /** Path at which it is mounted, without a slash at its end. */
  readonly base: string;
  readonly #options: PreviewHandlerOptions;
  readonly #key: PreviewKey;
  readonly #routes: readonly PreviewRoute[];

  /** @throws TypeError when the path cannot be one */
  constructor(options: PreviewHandlerOptions) {
    this.base = basePath(options.path);
    this.#options = options;
    this.#key = new PreviewKey(this.base, options.key);
    this.#routes = [...this.#ownRoutes(), ...options.sections.flatMap(({ routes }) => routes)];
  }

  /** Path that opens it in a browser: with its key, unless it needs none. */
  get openingPath(): string {
    return this.#pathWith(this.#key.query);
  }

  /** The same for a log: a key that was chosen is not shown. */
  get loggedPath(): string {
    return this.#pathWith(this.#key.loggedQuery);
  }

  /** Whether a request is for the preview. */
  handles(url: string | undefined): boolean {
    const path = pathOf(url);
    return path === this.base || path.startsWith(`${this.base}/`);
  }

  /** Answers a request. Never rejects. */
  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const nonce = randomBytes(16).toString('base64');
    try {
      const reply = await this.#reply(request, nonce);
      send(request, response, { ...reply, headers: { ...securityHeaders(nonce), ...reply.headers } });
    } catch (error) {
      this.#options.onError?.(error);
      response.destroy();
    }
  };

  async #reply(raw: IncomingMessage, nonce: string): Promise<PreviewReply> {
    const url = raw.url ?? '/';
    const below = pathOf(url).slice(this.base.length);
    const query = new URLSearchParams(url.split('?').slice(1).join('?'));
    const forPrograms = below.startsWith('/api/') || below === '/events';
    const decision = decideAccess(raw, query, this.#key, this.#options);
    if ('refused' in decision) {
      return lockedReply({ request: raw, query, nonce, refusal: decision.refused, forPrograms });
    }
    if (!forPrograms && isRead(raw) && isOpening(query)) {
      const reply = redirectReply(addressWith(url, query));
      if (decision.admitted !== 'key') return reply;
      return { ...reply, headers: { ...reply.headers, 'Set-Cookie': this.#key.cookies(raw) } };
    }
    return this.#admittedReply(raw, { nonce, below, query });
  }

  async #admittedReply(
    raw: IncomingMessage,
    { nonce, below, query }: { nonce: string; below: string; query: URLSearchParams },
  ): Promise<PreviewReply> {
    const section = this.#options.sections.find(({ path }) => below === path || below.startsWith(`${path}/`));
    let read: Promise<URLSearchParams> | undefined;
    const form = (): Promise<URLSearchParams> => (read ??= readForm(raw));
    const { formToken } = this.#key;
    const requestWith = (params: Readonly<Record<string, string>>): PreviewRequest =>
      new PreviewRequest(
        { params, query, base: this.base, nonce, formToken, form },
        this.#options.sections,
        section,
      );
    const request = requestWith({});
    const fail = (status: number, reason: string, remedy?: string): PreviewReply =>
      below.startsWith('/api/')
        ? jsonReply({ error: reason, ...(remedy !== undefined && { remedy }) }, status)
        : errorPage(request, status, reason, remedy);
    const foreign = await foreignRefusal(raw, async () =>
      this.#key.isFormToken((await form()).get(FORM_TOKEN) ?? ''),
    );
    if (foreign) return fail(403, foreign.reason, foreign.remedy);
    const found = findRoute(this.#routes, raw.method ?? 'GET', below);
    if (found.kind === 'none') return fail(404, 'There is no such page in the preview.', this.#whereItIs());
    if (found.kind === 'method') {
      const reply = fail(405, `This page knows only ${found.allowed.join(', ')}.`);
      return { ...reply, headers: { ...reply.headers, Allow: found.allowed.join(', ') } };
    }
    try {
      return await found.route.run(requestWith(found.params));
    } catch (error) {
      if (error instanceof PreviewNotFound) return fail(404, error.message);
      if (error instanceof PreviewBadRequest) return fail(error.status, error.message);
      this.#options.onError?.(error);
      return fail(500, `This page cannot be shown: ${messageOf(error)}`);
    }
  }

  #pathWith(keyQuery: string): string {
    const path = this.base === '' ? '/' : this.base;
    return this.#options.allowRemote === true ? path : `${path}${keyQuery}`;
  }

  /** A hint for a page that was expected to be the application's. */
  #whereItIs(): string | undefined {
    if (this.base === '') return undefined;
    return `The preview answers every path below ${this.base}; its option path moves it elsewhere.`;
  }

  #ownRoutes(): PreviewRoute[] {
    const first = this.#options.sections[0]?.path ?? '';
    const style = [STYLE, ...this.#options.sections.map(section => section.style ?? '')].join('');
    const asset = (type: string, body: string): PreviewReply => ({
      headers: { 'Content-Type': `${type}; charset=utf-8` },
      body,
    });
    return [
      { method: 'GET', path: '', run: () => redirectReply(`${this.base}${first}`) },
      { method: 'GET', path: '/', run: () => redirectReply(`${this.base}${first}`) },
      { method: 'GET', path: '/assets/preview.css', run: () => asset('text/css', style) },
      { method: 'GET', path: '/assets/preview.js', run: () => asset('text/javascript', SCRIPT) },
      { method: 'GET', path: '/events', run: () => this.#options.events.reply() },
    ];
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** @throws TypeError */
function basePath(path: string): string {
  const base = path.replace(/\/+$/, '');
  if (base === '' || /^(?:\/[\w.~-]+)+$/.test(base)) return base;
  throw new TypeError(`The path of the preview must be such as /mail, not ${JSON.stringify(path)}`);
}

function send(request: IncomingMessage, response: ServerResponse, reply: PreviewReply): void {
  if (response.headersSent || response.destroyed) return;
  // What others have set before, such as CORS or another policy, is not for these pages.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const { status = 200, headers, body, stream } = reply;
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  // A stream leaves nothing for a further request; HTTP/2 has no such header (RFC 9113 8.2.2).
  const closing = stream && request.httpVersionMajor < 2 ? { Connection: 'close' } : {};
  response.writeHead(status, { ...headers, ...(stream === undefined && length), ...closing });
  if (stream && request.method !== 'HEAD') stream(response);
  else response.end(request.method === 'HEAD' ? undefined : body);
}
