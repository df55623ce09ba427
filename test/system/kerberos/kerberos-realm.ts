import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { PrivateDovecot } from '../postfix/private-dovecot.js';
import { PrivatePostfix } from '../postfix/private-postfix.js';
import type { MailerTask } from '../sign-in/mailer-child.js';
import { MailerChild } from '../sign-in/mailer-child.js';
import { PackedProject } from '../sign-in/packed-project.js';
import { PrivateKdc } from './private-kdc.js';

/** A host name that counts for Kerberos, and under which nobody is found. */
export const MAIL_HOST = 'mail.contoso.test';
/** Known to the KDC, but the server has not its key. */
export const FOREIGN_HOST = 'other.contoso.test';
/** Signs in by PLAIN. */
export const PASSWORD_USER = { Username: 'pia', Password: 's3cret-p4ssword' } as const;

/** What has to be installed beside a KDC, Dovecot and Postfix. */
export interface KerberosParts {
  /** Folder of the package `kerberos`. */
  readonly peer: string;
  /** Dovecot's module for GSSAPI. */
  readonly mechanism: string;
}

/** Where the parts are when they are installed. */
export const PARTS: KerberosParts = {
  peer: join(process.cwd(), 'test/kerberos/node_modules/kerberos'),
  mechanism: '/usr/lib/dovecot/modules/auth/libmech_gssapi.so',
};

/** Variables of the environment that Kerberos looks at. */
export type KerberosEnvironment = Readonly<
  Partial<Record<'KRB5_CONFIG' | 'KRB5CCNAME' | 'KRB5_CLIENT_KTNAME' | 'NODE_EXTRA_CA_CERTS', string>>
>;

/** A KDC, a Postfix that asks a Dovecot that knows Kerberos, and a project that has the package and the peer `kerberos`. */
export class KerberosRealm {
  readonly kdc: PrivateKdc;
  readonly dovecot: PrivateDovecot;
  readonly postfix: PrivatePostfix;
  readonly project: PackedProject;
  readonly #directory: TemporaryDirectory = temporaryDirectory();
  readonly #keytabs = new Map<string, string>();
  readonly #caFile: string;

  private constructor(kdc: PrivateKdc, dovecot: PrivateDovecot, postfix: PrivatePostfix, peer: string) {
    this.kdc = kdc;
    this.dovecot = dovecot;
    this.postfix = postfix;
    this.project = new PackedProject();
    this.project.add('kerberos', peer);
    this.#caFile = this.#directory.write('ca.pem', postfix.ca);
  }

  /**
   * Starts everything. End it with {@link stop}.
   *
   * @throws Error saying what to install when something is missing
   */
  static async start(parts = PARTS): Promise<KerberosRealm> {
    requireParts(parts);
    const kdc = await PrivateKdc.start();
    const servers: { stop(): Promise<void> }[] = [kdc];
    try {
      const keytab = await kdc.addAccounts('smtp/localhost', `smtp/${MAIL_HOST}`);
      await kdc.addAccounts(`smtp/${FOREIGN_HOST}`);
      const dovecot = await PrivateDovecot.start({
        mechanisms: 'gssapi plain',
        users: { [PASSWORD_USER.Username]: PASSWORD_USER.Password },
        settings: gssapiSettings(kdc, keytab),
      });
      servers.push(dovecot);
      const postfix = await PrivatePostfix.start({ parameters: dovecot.postfixParameters });
      servers.push(postfix);
      return new KerberosRealm(kdc, dovecot, postfix, parts.peer);
    } catch (error) {
      for (const server of servers.toReversed()) await server.stop();
      throw error;
    }
  }

  /** Ends everything and removes what it wrote. */
  async stop(): Promise<void> {
    this.project.remove();
    this.#directory.remove();
    for (const server of [this.postfix, this.dovecot, this.kdc]) await server.stop();
  }

  /** The keytab of an account, which is added to the realm when it is not there yet. */
  async keytab(account: string): Promise<string> {
    const keytab = this.#keytabs.get(account) ?? (await this.kdc.addAccounts(account));
    this.#keytabs.set(account, keytab);
    return keytab;
  }

  /** The environment of somebody who has got a ticket for an account. */
  async signedIn(account: string, lifeSeconds?: number): Promise<KerberosEnvironment> {
    const cache = await this.kdc.ticket(account, await this.keytab(account), account, { lifeSeconds });
    return { ...this.environment, KRB5CCNAME: cache };
  }

  /** The environment of somebody without a ticket. */
  get environment(): KerberosEnvironment {
    return {
      KRB5_CONFIG: this.kdc.configurationFile,
      KRB5CCNAME: this.kdc.emptyCache('nobody'),
      NODE_EXTRA_CA_CERTS: this.#caFile,
    };
  }

  /** Settings of a mailer that signs in by Kerberos. */
  get settings(): Readonly<Record<string, unknown>> {
    return {
      Host: 'localhost',
      Port: this.postfix.ports.startTls,
      SecureSocketOption: 'StartTls',
      FromAddress: 'no-reply@contoso.test',
      UseDefaultCredentials: true,
    };
  }

  /** Starts an application with {@link settings} and further ones, in the project. */
  mailer(
    env: KerberosEnvironment,
    further: Readonly<Record<string, unknown>> = {},
    options?: MailerTask['options'],
  ): Promise<MailerChild> {
    return MailerChild.start({
      settings: { ...this.settings, ...further },
      options,
      env,
      script: this.project.mailerScript,
    });
  }

  /** How many mails Postfix has taken from this user after a sign-in by this mechanism. */
  signIns(mechanism: string, user: string): number {
    const lines = this.postfix.log().split('\n');
    return lines.filter(line => line.endsWith(`sasl_method=${mechanism}, sasl_username=${user}`)).length;
  }
}

/** Dovecot's settings for a sign-in by Kerberos to every service whose key is in this keytab. */
function gssapiSettings(kdc: PrivateKdc, keytab: string): Record<string, string> {
  return {
    auth_gssapi_hostname: '"$ALL"',
    auth_krb5_keytab: keytab,
    import_environment: `KRB5_CONFIG=${kdc.configurationFile}`,
  };
}

function requireParts({ peer, mechanism }: KerberosParts): void {
  if (!existsSync(mechanism)) {
    throw new Error(
      'These tests need GSSAPI for Dovecot and are not skipped without it. Install it with "apt-get install dovecot-gssapi" (Debian, Ubuntu).',
    );
  }
  if (!existsSync(join(peer, 'build/Release/kerberos.node'))) {
    throw new Error(
      'These tests need the package kerberos, which is compiled when it is installed: "apt-get install libkrb5-dev g++ make python3", ' +
        'then "npm ci --prefix test/kerberos". npm run test:kerberos does the latter.',
    );
  }
}
