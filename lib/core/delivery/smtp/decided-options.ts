import type { DecidedSmtpOption } from './nodemailer/nodemailer-options.js';

const TLS = 'is decided by the setting SecureSocketOption';
const OWN_CONNECTIONS =
  'cannot be given: the mailer opens its connections itself, through the option smtp.proxy where one is given';
const OWN_LOG = 'cannot be given: the conversation with the server stands in the log at the level verbose';
const connectionTime = 'is decided by the setting ConnectionTimeout, which is in seconds';

/** Options of nodemailer's connection that are decided elsewhere, with what is said of each. */
export const DECIDED_SMTP_OPTIONS = {
  host: 'is decided by the setting Host',
  port: 'is decided by the setting Port',
  secure: TLS,
  secured: TLS,
  requireTLS: TLS,
  ignoreTLS: TLS,
  opportunisticTLS: TLS,
  connectionTimeout: connectionTime,
  greetingTimeout: connectionTime,
  dnsTimeout: connectionTime,
  socketTimeout: 'is decided by the setting SocketTimeout, which is in seconds',
  socketCloseTimeout: 'cannot be given: a connection that is given up is cut at once',
  lmtp: 'cannot be given: LMTP is not spoken',
  logger: OWN_LOG,
  debug: OWN_LOG,
  transactionLog: OWN_LOG,
  connection: OWN_CONNECTIONS,
  socket: OWN_CONNECTIONS,
} as const satisfies Record<DecidedSmtpOption, string>;

/** Options of nodemailer's transports that developers bring along, with what is said of each. */
export const FOREIGN_SMTP_OPTIONS = {
  service: 'is not known; write the host name into the setting Host',
  url: 'is not known; write Host, Port, Username and Password into the settings',
  user: 'is decided by the setting Username',
  pass: 'is decided by the setting Password',
  pool: 'is not known; connections are always held, as many as the setting MaxConnections says',
  maxConnections: 'is decided by the setting MaxConnections',
  rateLimit: 'is decided by the setting MaxMessagesPerSecond',
  rateDelta: 'is decided by the setting MaxMessagesPerSecond',
  from: 'is decided by the setting FromAddress',
  timeout: 'is decided by the settings ConnectionTimeout and SocketTimeout, which are in seconds',
} as const;
