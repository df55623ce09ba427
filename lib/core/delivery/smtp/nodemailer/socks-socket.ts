import type { Socket } from 'node:net';

/** Where a SOCKS proxy is to lead. */
export interface SocksTarget {
  readonly host: string;
  readonly port: number;
  /** Milliseconds for the proxy to answer. */
  readonly timeoutMs: number;
}

/**
 * Opens a connection through a SOCKS proxy (RFC 1928) with nodemailer's client, which needs the package `socks`. It cannot
 * be stopped.
 *
 * @param proxy address of the proxy
 */
export async function socksSocket(
  proxy: string,
  { host, port, timeoutMs }: SocksTarget,
): Promise<Socket | undefined> {
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport({ host, port, connectionTimeout: timeoutMs, logger: false, proxy });
  if (/^socks/i.test(proxy)) transporter.set('proxy_socks_module', await importSocks());
  return new Promise((resolve, reject) => {
    if (typeof transporter.getSocket !== 'function')
      return reject(new Error('The option smtp.proxy is no proxy address'));
    transporter.getSocket({ host, port }, (error, opened) => {
      if (error) reject(error);
      else resolve((opened || {}).connection);
    });
  });
}

async function importSocks(): Promise<unknown> {
  const name = 'socks';
  try {
    return await import(name);
  } catch (error) {
    throw new Error(
      'The option smtp.proxy names a SOCKS proxy, which needs the package "socks": npm install socks',
      { cause: error },
    );
  }
}
