import { chmodSync } from 'node:fs';
import { createCertificateAuthority, createSelfSignedCertificate } from '../../support/certificates.js';
import type { Certificate } from '../../support/certificates.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { TokenEndpoint } from '../../support/token-endpoint.js';
import type { TokenGrantOptions } from '../../support/token-endpoint.js';
import { PrivateDovecot } from '../postfix/private-dovecot.js';
import { PrivatePostfix } from '../postfix/private-postfix.js';

/** The mailbox that every token is good for. */
export const MAILBOX = 'box@contoso.test';
/** What a token must be meant for, as Dovecot checks it. */
export const AUDIENCE = 'https://mail.contoso.test';
/** Who may ask for tokens, in the words of the settings. */
export const CLIENT = { ClientId: 'app', ClientSecret: 's3cret-of-the-app-0123456789' } as const;
/** The first refresh token of the client without a secret. */
export const REFRESH_TOKEN = 'first-refresh-token-0123456789';

const YEAR_MS = 365 * 24 * 3_600_000;

/** What a test wants of its servers. */
export interface TokenServerOptions extends TokenGrantOptions {
  /** SASL mechanisms that Dovecot offers. @default 'xoauth2 oauthbearer' */
  readonly mechanisms?: string;
}

/**
 * A token endpoint that talks TLS, and a Postfix that asks a Dovecot, which asks the endpoint about every token
 * (RFC 7662).
 */
export class TokenServers {
  readonly endpoint: TokenEndpoint;
  readonly dovecot: PrivateDovecot;
  readonly postfix: PrivatePostfix;
  /** Of the client that signs its assertions. */
  readonly clientCertificate: Certificate;
  /** Files that settings name. */
  readonly files: TemporaryDirectory;
  readonly #caFile: string;

  private constructor(
    endpoint: TokenEndpoint,
    dovecot: PrivateDovecot,
    postfix: PrivatePostfix,
    files: TemporaryDirectory,
    caFile: string,
    clientCertificate: Certificate,
  ) {
    this.endpoint = endpoint;
    this.dovecot = dovecot;
    this.postfix = postfix;
    this.files = files;
    this.clientCertificate = clientCertificate;
    this.#caFile = caFile;
  }

  /** Starts everything. End it with {@link stop}. */
  static async start(options: TokenServerOptions = {}): Promise<TokenServers> {
    const { mechanisms = 'xoauth2 oauthbearer', ...grants } = options;
    const files = temporaryDirectory();
    // Dovecot's processes run as users other than root, and must get through.
    chmodSync(files.path, 0o755);
    const authority = createCertificateAuthority();
    // Longer than the days before its end in which there is a warning.
    const notAfter = new Date(Date.now() + YEAR_MS);
    const client = createSelfSignedCertificate({ hosts: ['app'], rsaBits: 2048, notAfter });
    const started: (() => Promise<void>)[] = [async () => files.remove()];
    try {
      const endpoint = await TokenEndpoint.start({
        certificate: authority.issue({ hosts: ['localhost', '127.0.0.1'], rsaBits: 2048 }),
        host: 'localhost',
        clients: {
          [CLIENT.ClientId]: { secret: CLIENT.ClientSecret },
          signed: { certificate: client.cert },
          phone: {},
        },
        serviceAccounts: { robot: { publicKey: client.cert, subjects: [MAILBOX] } },
        refreshTokens: { [REFRESH_TOKEN]: 'phone' },
        username: MAILBOX,
        audience: AUDIENCE,
        ...grants,
      });
      started.push(() => endpoint.close());
      const dovecot = await PrivateDovecot.start({
        mechanisms,
        oauth2: {
          introspection_url: endpoint.introspectionUrl,
          introspection_mode: 'post',
          force_introspection: 'yes',
          // A token that is no longer good has no audience either. Not every Dovecot 2.3 has a setting for the audience.
          active_attribute: 'aud',
          active_value: AUDIENCE,
          username_attribute: 'username',
          tls_ca_cert_file: files.write('endpoint-ca.pem', authority.cert),
        },
      });
      started.push(() => dovecot.stop());
      const postfix = await PrivatePostfix.start({ parameters: dovecot.postfixParameters });
      const caFile = files.write('ca.pem', `${authority.cert}${postfix.ca}`);
      return new TokenServers(endpoint, dovecot, postfix, files, caFile, client);
    } catch (error) {
      for (const stop of started.toReversed()) await stop();
      throw error;
    }
  }

  /** The environment in which both servers' certificates are trusted. */
  get environment(): NodeJS.ProcessEnv {
    return { NODE_EXTRA_CA_CERTS: this.#caFile };
  }

  /** Settings of a mailer, all but how it gets tokens. */
  get settings(): Readonly<Record<string, unknown>> {
    return {
      Host: 'localhost',
      Port: this.postfix.ports.startTls,
      SecureSocketOption: 'StartTls',
      FromAddress: 'no-reply@contoso.test',
      Username: MAILBOX,
    };
  }

  /** How many mails Postfix has taken from this user after a sign-in by this mechanism. */
  signIns(mechanism: string, user: string = MAILBOX): number {
    const lines = this.postfix.log().split('\n');
    return lines.filter(line => line.endsWith(`sasl_method=${mechanism}, sasl_username=${user}`)).length;
  }

  /** Ends everything and removes what it wrote. */
  async stop(): Promise<void> {
    await this.postfix.stop();
    await this.dovecot.stop();
    await this.endpoint.close();
    this.files.remove();
  }
}
