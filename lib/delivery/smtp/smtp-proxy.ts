import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** Opens the connection to a proxy with nodemailer's own client; SOCKS needs the package `socks`. */
export async function proxyConnection(
  proxy: string,
  options: SMTPConnectionOptions,
): Promise<Partial<SMTPConnectionOptions>> {
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport({ ...options, logger: false, proxy });
  if (/^socks/i.test(proxy)) transporter.set('proxy_socks_module', await importSocks());
  return new Promise((resolve, reject) => {
    if (typeof transporter.getSocket !== 'function')
      return reject(new Error('The option smtp.proxy is no proxy address'));
    transporter.getSocket(
      { host: options.host, port: Number(options.port), tls: options.tls },
      (error, socketOptions) => {
        if (error) reject(error);
        else resolve(socketOptions || {});
      },
    );
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
