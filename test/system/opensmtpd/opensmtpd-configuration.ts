import type { MailServerPorts } from '../mail-servers/mail-server.js';

/** Everything that a test says of its OpenSMTPD. */
export interface OpenSmtpdConfiguration {
  readonly ports: MailServerPorts;
  /** Lines in front of the harness's own. */
  readonly lines: readonly string[];
}

/** The domain whose mail is delivered; mail to every other one is refused. */
export const DOMAIN = 'contoso.test';
/** The Maildir of everybody, and the files of OpenSMTPD, as the server itself sees them. */
export const MAILDIR = '/var/mail/everybody';
export const KEY_FILE = '/etc/mail/key.pem';
export const CERTIFICATE_FILE = '/etc/mail/certificate.pem';

/** `smtpd.conf`: deliver all mail of one domain into one Maildir, let nothing out. */
export function openSmtpdConfiguration({ ports, lines }: OpenSmtpdConfiguration): string {
  return `
pki server cert "${CERTIFICATE_FILE}"
pki server key "${KEY_FILE}"
table everybody { "@" = "mail" }
${lines.join('\n')}
listen on 127.0.0.1 port ${ports.plain} hostname mail.${DOMAIN}
listen on 127.0.0.1 port ${ports.startTls} tls pki server hostname mail.${DOMAIN}
listen on 127.0.0.1 port ${ports.implicitTls} smtps pki server hostname mail.${DOMAIN}
action everybody maildir "${MAILDIR}" virtual <everybody>
match from any for domain "${DOMAIN}" action everybody
`;
}
