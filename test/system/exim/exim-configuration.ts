import type { MailServerPorts } from '../mail-servers/mail-server.js';
import { MAILBOX_ACCOUNT } from '../mail-servers/private-root.js';

/** Everything that a test says of its Exim. */
export interface EximConfiguration {
  readonly ports: MailServerPorts;
  /** Options of the main section, on top of the harness's own. */
  readonly options: Readonly<Record<string, string>>;
  /** Statements of the ACLs in front of the harness's own, by the moment at which they are asked. */
  readonly acl: Readonly<Partial<Record<'connect' | 'helo' | 'mail' | 'rcpt', string>>>;
  /** Passwords by user name; with them, mail is taken only from who has logged in. */
  readonly users: Readonly<Record<string, string>>;
  /** How users can log in. */
  readonly mechanisms: readonly ('PLAIN' | 'LOGIN')[];
}

/** The domain whose mail is delivered; mail to every other one is refused. */
export const DOMAIN = 'contoso.test';
/** The Maildir of everybody, and the files of Exim, as the server itself sees them. */
export const MAILDIR = '/var/mail/everybody';
export const SPOOL = '/var/spool/exim4';
export const KEY_FILE = '/etc/exim/key.pem';
export const CERTIFICATE_FILE = '/etc/exim/certificate.pem';

/** Exim's one configuration file: deliver all mail of one domain into one Maildir, let nothing out, look nothing up. */
export function eximConfiguration({ ports, options, acl, users, mechanisms }: EximConfiguration): string {
  const main: Record<string, string> = {
    primary_hostname: `mail.${DOMAIN}`,
    spool_directory: SPOOL,
    log_file_path: '/var/log/exim/%slog',
    log_selector: '+smtp_connection +smtp_protocol_error +smtp_syntax_error',
    keep_environment: '',
    host_lookup: '',
    rfc1413_query_timeout: '0s',
    dns_ipv4_lookup: '*',
    disable_ipv6: 'true',

    local_interfaces: '127.0.0.1',
    daemon_smtp_ports: `${ports.plain} : ${ports.startTls} : ${ports.implicitTls}`,
    tls_on_connect_ports: String(ports.implicitTls),
    tls_advertise_hosts: `\${if eq{$received_port}{${ports.plain}}{}{*}}`,
    tls_certificate: CERTIFICATE_FILE,
    tls_privatekey: KEY_FILE,
    smtputf8_advertise_hosts: '*',

    domainlist_local: DOMAIN,
    message_size_limit: '100M',
    smtp_accept_max: '200',
    smtp_accept_queue_per_connection: '0',
    smtp_accept_queue: '0',
    smtp_connect_backlog: '200',
    smtp_enforce_sync: 'true',
    queue_run_in_order: 'false',
    acl_smtp_connect: 'acl_connect',
    acl_smtp_helo: 'acl_helo',
    acl_smtp_mail: 'acl_mail',
    acl_smtp_rcpt: 'acl_rcpt',
    ...options,
  };
  return `
${Object.entries(main)
  .map(([name, value]) => `${name.replace('domainlist_', 'domainlist ')} = ${value}`)
  .join('\n')}

begin acl
acl_connect:
${acl.connect ?? ''}
  accept control = dkim_disable_verify
acl_helo:
${acl.helo ?? ''}
  accept
acl_mail:
${Object.keys(users).length > 0 ? '  deny !authenticated = *\n    message = Log in first' : ''}
${acl.mail ?? ''}
  accept
acl_rcpt:
  defer local_parts = busy
    message = 4.2.1 The mailbox is busy
  deny local_parts = gone
    message = 5.1.1 The mailbox is gone
${acl.rcpt ?? ''}
  accept domains = +local
  deny message = relay not permitted

begin routers
everybody:
  driver = accept
  domains = +local
  transport = maildir

begin transports
maildir:
  driver = appendfile
  directory = ${MAILDIR}
  maildir_format
  create_directory
  user = ${MAILBOX_ACCOUNT.name}
  group = ${MAILBOX_ACCOUNT.name}
  envelope_to_add
  return_path_add

begin retry
* * F,1h,1s

begin authenticators
${mechanisms.map(mechanism => authenticator(mechanism, users)).join('')}
`;
}

/** As the manual of Exim writes them; offered under TLS only. */
function authenticator(mechanism: 'PLAIN' | 'LOGIN', users: Readonly<Record<string, string>>): string {
  const known = Object.entries(users).map(([name, password]) => `${name}=${password}`);
  const [prompts, user, password] =
    mechanism === 'PLAIN' ? [':', '$auth2', '$auth3'] : ['<| Username: | Password:', '$auth1', '$auth2'];
  return known.length === 0
    ? ''
    : `
${mechanism}:
  driver = plaintext
  public_name = ${mechanism}
  server_prompts = ${prompts}
  server_set_id = ${user}
  server_condition = \${if and{{!eq{${user}}{}}{eq{${password}}{\${extract{${user}}{${known.join(' ')}}}}}}}
  server_advertise_condition = \${if def:tls_in_cipher}
`;
}
