import type { PostfixInstallation } from './postfix-programs.js';

/** The ports of a private Postfix, one for each way of securing a connection. */
export interface PostfixPorts {
  /** Does not offer STARTTLS. */
  readonly plain: number;
  /** Offers STARTTLS. */
  readonly startTls: number;
  /** Speaks TLS from the first byte. */
  readonly implicitTls: number;
}

/** The places of a private Postfix. */
export interface PostfixDirectories {
  readonly configuration: string;
  readonly queue: string;
  readonly data: string;
  /** Holds the one Maildir. */
  readonly mailboxes: string;
  readonly log: string;
}

/** Everything that is written into `main.cf`. */
export interface MainConfiguration {
  readonly installation: PostfixInstallation;
  readonly directories: PostfixDirectories;
  readonly logFile: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  /** Local part of a recipient → the reply that it gets. */
  readonly faults: Readonly<Record<string, string>>;
  /** Parameters that replace or complete the ones below. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The domain whose mail is delivered; mail to every other one is refused. */
export const DOMAIN = 'contoso.test';
/** Name of the Maildir below the mailboxes. */
export const MAILDIR = 'everybody';
/** Who owns the Maildir: Postfix delivers to no mailbox of root or of its own user. */
export const MAILBOX_USER = 65534;

/** `main.cf`: deliver all mail of one domain into one Maildir, let nothing out, look nothing up, wait for nothing. */
export function mainCf(configuration: MainConfiguration): string {
  const { installation, directories, logFile, keyFile, certificateFile, faults } = configuration;
  const parameters: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: directories.queue,
    data_directory: directories.data,
    mail_owner: installation.mailOwner,
    setgid_group: installation.setgidGroup,
    maillog_file: logFile,
    maillog_file_prefixes: directories.log,

    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    myhostname: `mail.${DOMAIN}`,
    mydestination: '',
    alias_maps: '',
    alias_database: '',
    disable_dns_lookups: 'yes',
    smtpd_peername_lookup: 'no',
    default_transport: 'error:this test server sends nothing to other servers',
    relay_transport: 'error:this test server sends nothing to other servers',
    local_transport: 'error:this test server has no local users',
    relay_domains: '',
    notify_classes: '',

    virtual_mailbox_domains: DOMAIN,
    virtual_mailbox_base: directories.mailboxes,
    virtual_mailbox_maps: `static:${MAILDIR}/`,
    virtual_uid_maps: `static:${MAILBOX_USER}`,
    virtual_gid_maps: `static:${MAILBOX_USER}`,
    // All recipients share one Maildir: each of them must get its own copy, with its own Delivered-To.
    virtual_destination_recipient_limit: '1',
    // A queue id is never used twice, so it tells two acceptances of a mail from two deliveries of one.
    enable_long_queue_ids: 'yes',
    // Mail arrives as it was sent: no header is rewritten or completed.
    local_header_rewrite_clients: '',

    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions: `check_recipient_access ${faultTable(faults)}, reject_unauth_destination`,
    message_size_limit: '104857600',
    mailbox_size_limit: '0',
    virtual_mailbox_limit: '0',
    smtpd_timeout: '60s',
    smtpd_error_sleep_time: '0',
    smtpd_soft_error_limit: '10000',
    smtpd_hard_error_limit: '20000',
    smtpd_junk_command_limit: '10000',
    smtpd_client_connection_count_limit: '0',
    smtpd_client_connection_rate_limit: '0',
    default_process_limit: '250',

    smtpd_tls_security_level: 'none',
    smtpd_tls_key_file: keyFile,
    smtpd_tls_cert_file: certificateFile,
    smtpd_tls_loglevel: '1',

    in_flow_delay: '0',
    // What a crash left in the queue is delivered at once and not after five minutes.
    queue_run_delay: '1s',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '2s',
    transport_retry_time: '1s',
    service_throttle_time: '1s',
    ...configuration.parameters,
  };
  return lines(Object.entries(parameters).map(([name, value]) => `${name} = ${value}`));
}

/** `master.cf`: three SMTP services, and of Postfix's other services only those that delivering needs. */
export function masterCf(ports: PostfixPorts): string {
  return lines([
    service(`127.0.0.1:${ports.plain}`, 'inet n - n - - smtpd -o smtpd_tls_security_level=none'),
    service(`127.0.0.1:${ports.startTls}`, 'inet n - n - - smtpd -o smtpd_tls_security_level=may'),
    service(
      `127.0.0.1:${ports.implicitTls}`,
      'inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_tls_wrappermode=yes',
    ),
    service('pickup', 'unix n - n 60 1 pickup'),
    service('cleanup', 'unix n - n - 0 cleanup'),
    service('qmgr', 'unix n - n 1 1 qmgr'),
    service('tlsmgr', 'unix - - n 1000? 1 tlsmgr'),
    service('rewrite', 'unix - - n - - trivial-rewrite'),
    service('bounce', 'unix - - n - 0 bounce'),
    service('defer', 'unix - - n - 0 bounce'),
    service('trace', 'unix - - n - 0 bounce'),
    service('flush', 'unix n - n 1000? 0 flush'),
    service('proxymap', 'unix - - n - - proxymap'),
    service('showq', 'unix n - n - - showq'),
    service('error', 'unix - - n - - error'),
    service('retry', 'unix - - n - - error'),
    // A few at a time: more of them would only take the processor from what is tested.
    service('virtual', 'unix - n n - 4 virtual'),
    service('anvil', 'unix - - n - 1 anvil'),
    service('postlog', 'unix-dgram n - n - 1 postlogd'),
  ]);
}

function service(name: string, columns: string): string {
  return `${name} ${columns}`;
}

/** An access(5) table in the configuration itself, matched by local part. */
function faultTable(faults: Readonly<Record<string, string>>): string {
  return `inline:{ ${Object.entries(faults)
    .map(([localPart, reply]) => `{ ${localPart}@ = ${reply} }`)
    .join(', ')} }`;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
