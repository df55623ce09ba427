import type { MailModuleOptions, MailReceipt, SendOptions, SmtpOptions } from 'nest-mailroom';
import { createCertificateAuthority } from './certificates.js';
import type { Certificate, CertificateRequest } from './certificates.js';
import type { MailApp } from './mail-app.js';
import { useMailBench } from './mail-bench.js';
import type { MailBench } from './mail-bench.js';
import type { PolicySmtpServer, PolicySmtpServerOptions, SmtpPolicy } from './policy-smtp-server.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { TokenEndpointOptions } from './token-endpoint.js';
import { TokenGate } from './token-gate.js';
import type { TokenGateOptions } from './token-gate.js';

/** The mailbox that signs in. */
export const MAILBOX = 'no-reply@contoso.test';
/** The client that asks for tokens, and what it authenticates itself with. */
export const CLIENT_ID = '5a4c1e3f-7f0a-4f0e-8d43-1c7b1b9f2a10';
export const CLIENT_SECRET = 'V3ry~S3cret+Cl1ent/Value=';
export const SCOPE = 'https://outlook.office365.com/.default';

/** How the server is connected to: TLS from the first octet, TLS by STARTTLS, or none. */
export type TokenTls = 'implicit' | 'starttls' | 'none';

/** What differs from a server that takes the tokens of an endpoint which gives them for the right secret. */
export interface TokenCircumstances {
  readonly endpoint?: TokenEndpointOptions;
  readonly gate?: TokenGateOptions;
  /** What the server says to other commands than those of a login. */
  readonly policy?: SmtpPolicy;
  readonly server?: PolicySmtpServerOptions;
  /** @default 'implicit' */
  readonly tls?: TokenTls;
  /** Mechanisms that the server offers. @default 'XOAUTH2 OAUTHBEARER' */
  readonly offered?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Keys of the setting OAuth2 that differ; null leaves the setting out. */
  readonly oAuth2?: Readonly<Record<string, unknown>> | null;
  readonly smtp?: SmtpOptions;
  readonly options?: MailModuleOptions;
}

/** A token endpoint, a mail server that takes its tokens, and an application that sends mails with them. */
export interface TokenMail {
  readonly endpoint: TokenEndpoint;
  readonly gate: TokenGate;
  readonly server: PolicySmtpServer;
  readonly app: MailApp;
  /** Sends a mail. */
  send(options?: SendOptions): Promise<MailReceipt>;
  /** Sends so many mails at once. */
  sendMany(count: number): Promise<PromiseSettledResult<MailReceipt>[]>;
}

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1', 'localhost'] });

/** A certificate for an endpoint, of the authority that {@link TRUST} names. */
export const issued = (request: CertificateRequest): Certificate => authority.issue(request);

/** What makes a client trust the servers of {@link TokenBench}. */
export const TRUST: SmtpOptions = { tls: { ca: authority.cert } };

/** Starts endpoints, servers and applications for the tests of a file, and closes them after each test. */
export class TokenBench {
  constructor(readonly bench: MailBench) {}

  /** Starts an endpoint that gives tokens to {@link CLIENT_ID} for {@link CLIENT_SECRET}. */
  async endpoint(options: TokenEndpointOptions = {}): Promise<TokenEndpoint> {
    const clients = { [CLIENT_ID]: { secret: CLIENT_SECRET } };
    return this.bench.closing(await TokenEndpoint.start({ clients, ...options }));
  }

  /** Starts a mail server that takes the tokens that a gate lets in. */
  server(gate: TokenGate, circumstances: TokenCircumstances = {}): Promise<PolicySmtpServer> {
    const { policy = {}, tls = 'implicit', offered = 'XOAUTH2 OAUTHBEARER', server = {} } = circumstances;
    const extensions = ['PIPELINING', ...(offered === '' ? [] : [`AUTH ${offered}`])];
    const security = { implicit: { certificate }, starttls: { startTls: certificate }, none: {} }[tls];
    return this.bench.policy({ ...gate.policy, ...policy }, { extensions, ...security, ...server });
  }

  /** Starts endpoint, server and application. Start errors reject. */
  async start(circumstances: TokenCircumstances = {}): Promise<TokenMail> {
    const { settings, oAuth2 = {}, tls = 'implicit', smtp = {}, options = {} } = circumstances;
    const endpoint = await this.endpoint(circumstances.endpoint);
    const accepts = (token: string, user: string): boolean => endpoint.accepts(token) && user === MAILBOX;
    const gate = new TokenGate({ accepts, ...circumstances.gate });
    const server = await this.server(gate, circumstances);
    const app = await this.bench.app(
      {
        ...settingsFor(server, tls),
        ...(oAuth2 && { OAuth2: { ...oAuth2For(endpoint), ...oAuth2 } }),
        ...settings,
      },
      { smtp: { ...TRUST, ...smtp }, ...options },
    );
    const send = (sendOptions?: SendOptions): Promise<MailReceipt> => app.mail.send(MESSAGE, sendOptions);
    return {
      endpoint,
      gate,
      server,
      app,
      send,
      sendMany: count => Promise.allSettled(Array.from({ length: count }, () => send())),
    };
  }
}

/** A mail. */
export const MESSAGE = { to: 'ann@contoso.test', subject: 'Hello', text: 'Hello' };

/** Settings that lead to a server of {@link TokenBench}. */
export function settingsFor(
  { host, port }: { readonly host: string; readonly port: number },
  tls: TokenTls = 'implicit',
): Record<string, unknown> {
  return {
    Host: host,
    Port: port,
    FromAddress: MAILBOX,
    Username: MAILBOX,
    ConnectionTimeout: 5,
    SecureSocketOption: { implicit: 'SslOnConnect', starttls: 'StartTls', none: 'None' }[tls],
  };
}

/** The setting OAuth2 with which {@link CLIENT_ID} gets a token. */
export function oAuth2For({ url }: { readonly url: string }): Record<string, unknown> {
  return { TokenEndpoint: url, ClientId: CLIENT_ID, ClientSecret: CLIENT_SECRET, Scope: SCOPE };
}

/** Gives the tests of a file what they open; all of it is closed after each test. */
export function useTokenBench(): TokenBench {
  return new TokenBench(useMailBench());
}
