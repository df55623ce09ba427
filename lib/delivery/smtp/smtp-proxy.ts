import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { messageOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../errors/redact.js';

/**
 * Opens the connection through a proxy with nodemailer's own client; SOCKS needs the package `socks`.
 *
 * @throws {@link MailDeliveryError} `EMAILCONNECT`
 */
export async function proxyConnection(
  proxy: string,
  options: SMTPConnectionOptions,
  redact: Redactor,
): Promise<Partial<SMTPConnectionOptions>> {
  try {
    return await openProxy(proxy, options);
  } catch (error) {
    throw new MailDeliveryError(
      'EMAILCONNECT',
      `No way through the proxy of the option smtp.proxy to ${options.host}:${options.port}: ${redact(messageOf(error))}.`,
      { phase: 'connect', retryable: true, transcript: [], cause: error },
    );
  }
}

async function openProxy(
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
