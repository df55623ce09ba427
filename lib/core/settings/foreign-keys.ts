import { REMEDIES } from '../text/remedies.js';

const LOGIN = 'Username and Password';
const CONNECTION = 'Host, Port, Username, Password and SecureSocketOption';
const TIMES = 'ConnectionTimeout and SocketTimeout, in seconds';

/** What nodemailer, mailer modules of Nest, .NET and others call our settings: by what is meant, in lower case without `_` and `-`. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  [LOGIN]: ['auth', 'authentication', 'credentials', 'login', 'networkcredential'],
  Username: ['user', 'usr', 'account', 'accountname', 'authuser', 'smtpuser', 'smtpusername', 'mailuser'],
  Password: ['pass', 'passwd', 'pwd', 'authpass', 'smtppass', 'smtppassword', 'mailpassword', 'mailpass'],
  SecureSocketOption: [
    'secure',
    'secured',
    'ssl',
    'tls',
    'usessl',
    'usetls',
    'enabletls',
    'starttls',
    'usestarttls',
    'requiretls',
    'ignoretls',
    'opportunistictls',
    'encryption',
    'mailencryption',
    'smtpsecure',
    'security',
  ],
  [CONNECTION]: [
    'transport',
    'transports',
    'transporter',
    'mailer',
    'smtp',
    'smtpsettings',
    'smtpconfig',
    'smtpclient',
    'connection',
    'connectionstring',
    'url',
    'uri',
    'smtpurl',
    'mailerdsn',
    'dsn',
  ],
  'FromAddress and ReplyTo': ['defaults', 'default'],
  FromAddress: [
    'from',
    'sender',
    'senderaddress',
    'senderemail',
    'mailfrom',
    'fromemail',
    'fromname',
    'email',
    'defaultfrom',
    'defaultsender',
  ],
  ReplyTo: ['replytoaddress', 'answerto'],
  BounceAddress: ['returnpath', 'envelopefrom', 'envelopesender', 'errorsto'],
  Host: [
    'server',
    'hostname',
    'service',
    'smtpserver',
    'smtphost',
    'smtpaddress',
    'mailserver',
    'mailhost',
    'relayhost',
    'smarthost',
  ],
  Port: ['smtpport', 'mailport', 'serverport', 'tcpport'],
  LocalDomain: ['clientdomain', 'helo', 'heloname', 'ehlo', 'ehloname', 'clienthostname'],
  MaxConnections: ['pool', 'poolsize'],
  MaxMessagesPerSecond: ['ratelimit', 'ratedelta', 'limiter'],
  ConnectionTimeout: ['greetingtimeout', 'dnstimeout', 'connecttimeout'],
  [TIMES]: ['timeout', 'timeoutms', 'smtptimeout'],
  UseDefaultCredentials: ['defaultcredentials', 'integratedsecurity'],
  ServicePrincipal: ['targetname', 'spn'],
  UseSpecifiedPickupDirectory: ['deliverymethod', 'smtpdeliverymethod'],
  PickupDirectory: ['pickupdirectorylocation', 'specifiedpickupdirectory', 'pickup', 'pickupfolder'],
  AllowedDomains: ['whitelist', 'allowlist', 'alloweddomainlist', 'domains'],
  CatchAllAddress: ['catchall', 'redirectto', 'overrideto', 'overriderecipient'],
  Enabled: ['disabled', 'disable', 'suppresssend', 'dryrun'],
  [REMEDIES.templatesSetting.inCode]: ['template', 'viewengine'],
};

const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([meant, names]) => names.map(name => [name, meant] as const)),
);

/**
 * The settings that are meant by a key of another library, such as `auth` or `secure`.
 *
 * @returns undefined for a key that no other library is known to have
 */
export function meantByForeignKey(written: string): string | undefined {
  return MEANT.get(written.toLowerCase().replaceAll(/[_-]/g, ''));
}
