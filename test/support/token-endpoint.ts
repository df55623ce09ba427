import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Certificate } from './certificates.js';
import { sayAnswer } from './token-answers.js';
import type { TokenAnswer } from './token-answers.js';
import { TokenGrants } from './token-grants.js';
import type { IssuedToken, TokenGrantOptions } from './token-grants.js';

export type { TokenAnswer } from './token-answers.js';
export type { IssuedToken, ServiceAccount, TokenClient, TokenGrantOptions } from './token-grants.js';

/** How a token endpoint is run, and what it gives tokens for. */
export interface TokenEndpointOptions extends TokenGrantOptions {
  /** Talks TLS with it. @default HTTP in clear */
  readonly certificate?: Certificate;
  /** Milliseconds by which the clock of the endpoint is ahead of that of the machine. @default 0 */
  readonly clockAheadMs?: number;
  /** The name or address that {@link TokenEndpoint.url} names. @default '127.0.0.1' */
  readonly host?: string;
}

/** A request that an endpoint has got. */
export interface TokenRequest {
  /** When it was there in full, on the clock of `performance.now()`. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. */
  readonly body: string;
  /** The body read as a form. */
  readonly form: URLSearchParams;
  /** Whether the client has gone away before the answer was complete. */
  abandoned: boolean;
}

/**
 * A token endpoint (RFC 6749 3.2) at `/token` that checks what it is given, and an introspection endpoint (RFC 7662) at
 * `/introspect`, over HTTP or HTTPS on 127.0.0.1. Answers that were queued come before real ones.
 */
export class TokenEndpoint {
  /** What was asked at `/token`, in that order, scripted answers included. */
  readonly requests: TokenRequest[] = [];
  /** What was asked anywhere else. */
  readonly others: TokenRequest[] = [];

  readonly #grants: TokenGrants;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #queue: TokenAnswer[] = [];
  readonly #options: TokenEndpointOptions;
  #always: TokenAnswer | undefined;
  #open = 0;
  #mostAtOnce = 0;
  #clockAheadMs: number;

  private constructor(options: TokenEndpointOptions) {
    this.#options = options;
    this.#clockAheadMs = options.clockAheadMs ?? 0;
    this.#grants = new TokenGrants(options, () => Date.now() + this.#clockAheadMs);
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      this.#handle(request, response).catch(() => response.destroy());
    };
    const { certificate } = options;
    this.#server = certificate ? createSecureServer(certificate, handle) : createServer(handle);
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Starts an endpoint on 127.0.0.1, on a free port unless one is given. */
  static async start(options: TokenEndpointOptions = {}, { port = 0 } = {}): Promise<TokenEndpoint> {
    const endpoint = new TokenEndpoint(options);
    await once(endpoint.#server.listen(port, '127.0.0.1'), 'listening');
    return endpoint;
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where it is, without a path. */
  get origin(): string {
    const { certificate, host = '127.0.0.1' } = this.#options;
    return `${certificate ? 'https' : 'http'}://${host}:${this.port}`;
  }

  /** Where tokens are asked for: a value of `OAuth2.TokenEndpoint`. */
  get url(): string {
    return `${this.origin}/token`;
  }

  /** Where mail servers ask whether a token is good. */
  get introspectionUrl(): string {
    return `${this.origin}/introspect`;
  }

  /** Every token that was issued, in that order. */
  get issued(): readonly IssuedToken[] {
    return this.#grants.issued;
  }

  /** The access tokens that were issued, in that order. */
  get tokens(): readonly string[] {
    return this.#grants.issued.map(({ token }) => token);
  }

  /** The most requests at `/token` that were under way at the same time. */
  get mostAtOnce(): number {
    return this.#mostAtOnce;
  }

  /** How many connections are open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Whether a token was issued, has not ended and was not revoked. */
  accepts(token: string): boolean {
    return this.#grants.active(token) !== undefined;
  }

  /** Makes a token no longer good: mail servers that ask refuse it. The endpoint does not tell the client. */
  revoke(token: string): void {
    this.#grants.revoke(token);
  }

  /** Makes every token that was issued no longer good. */
  revokeAll(): void {
    for (const token of this.tokens) this.revoke(token);
  }

  /** Queues answers to the next requests at `/token`; after them come real ones. */
  next(...answers: TokenAnswer[]): void {
    this.#queue.push(...answers);
  }

  /** Answers every request at `/token` this way from now on; undefined ends that. Queued answers come before it. */
  always(answer: TokenAnswer | undefined): void {
    this.#always = answer;
  }

  /** Puts the clock of the endpoint ahead of that of the machine, in milliseconds. */
  setClockAhead(ms: number): void {
    this.#clockAheadMs = ms;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message);
    const request: TokenRequest = {
      at: performance.now(),
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      body,
      form: new URLSearchParams(body),
      abandoned: false,
    };
    const { pathname, searchParams } = new URL(request.path, this.origin);
    response.once('close', () => {
      request.abandoned = !response.writableFinished;
      if (pathname === '/token') this.#open--;
    });
    response.setHeader('Date', new Date(Date.now() + this.#clockAheadMs).toUTCString());
    (pathname === '/token' ? this.requests : this.others).push(request);
    if (pathname === '/token') this.#mostAtOnce = Math.max(this.#mostAtOnce, ++this.#open);
    if (pathname === '/token') await sayAnswer(response, this.#tokenAnswer(request));
    else if (pathname === '/introspect')
      await sayAnswer(response, this.#introspection(request, searchParams));
    else await sayAnswer(response, { status: 404, body: '<h1>Not found</h1>' });
  }

  #tokenAnswer(request: TokenRequest): TokenAnswer {
    const scripted = this.#queue.shift() ?? this.#always;
    if (scripted) return scripted;
    const { method, headers, form } = request;
    if (method !== 'POST') return { status: 405, headers: { Allow: 'POST' } };
    if (!/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? ''))
      return { status: 415, body: { error: 'invalid_request', error_description: 'no form' } };
    if (headers.authorization !== undefined)
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: 'credentials in the header' },
      };
    return this.#grants.answer(form, this.url);
  }

  /** The token may stand in the body, in the query or in the header: mail servers do each of it. */
  #introspection({ form, headers }: TokenRequest, query: URLSearchParams): TokenAnswer {
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const token = form.get('token') ?? query.get('token') ?? bearer ?? '';
    const issued = this.#grants.active(token);
    if (!issued) return { body: { active: false } };
    const { username, audience, scope, clientId, expiresAt } = issued;
    return {
      body: {
        active: true,
        token_type: 'Bearer',
        ...(username !== undefined && { username }),
        aud: audience,
        scope,
        client_id: clientId,
        exp: Math.floor(expiresAt / 1000),
      },
    };
  }
}
