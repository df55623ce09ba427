/** What a proxy speaks: HTTP CONNECT (RFC 9110 9.3.6), the same over TLS, or SOCKS (RFC 1928). */
export type ProxyProtocol = 'http' | 'https' | 'socks4' | 'socks5';

/** A login at a proxy, percent-decoded. */
export interface ProxyLogin {
  readonly username: string;
  readonly password: string;
}

/** The parts of a proxy's address. */
export interface ProxyParts {
  readonly protocol: ProxyProtocol;
  /** Host name or IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly login?: ProxyLogin;
  /** The password as it was written, where that differs from the password itself. */
  readonly writtenPassword?: string;
}

/**
 * Address of a proxy in parts. The whole address is kept nowhere: parsers and sockets put what they are given into their
 * errors. The login is private, so that `inspect` does not print it.
 */
export class ProxyAddress {
  readonly protocol: ProxyProtocol;
  /** Host name or IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly #login: ProxyLogin | undefined;
  readonly #secrets: readonly string[];

  constructor({ protocol, host, port, login, writtenPassword }: ProxyParts) {
    this.protocol = protocol;
    this.host = host;
    this.port = port;
    this.#login = login;
    const { username = '', password = '' } = login ?? {};
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    this.#secrets = password === '' ? [] : [password, writtenPassword ?? password, basic];
  }

  /** The login; undefined when the proxy wants none. */
  get login(): ProxyLogin | undefined {
    return this.#login;
  }

  /** What of the login must be shown nowhere, in the forms in which proxies could quote it. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /** Whether it is a SOCKS proxy. */
  get isSocks(): boolean {
    return this.protocol === 'socks4' || this.protocol === 'socks5';
  }
}
