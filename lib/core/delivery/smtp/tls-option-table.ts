import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { fields } from '../../settings/options/option-fields.js';
import { anything, callback, flag, kind, number, oneOf, text } from '../../settings/options/option-kinds.js';
import type { OptionReader, OptionTable, ReportOption } from '../../settings/options/option-reader.js';
import { isOptionObject } from '../../settings/options/value-kind.js';
import { certificateProblem } from './certificate-problem.js';
import { DECIDED_SMTP_OPTIONS } from './decided-options.js';

/** Options of Node's `tls.connect` that cannot be given, with what is said of each. */
const DECIDED = {
  host: DECIDED_SMTP_OPTIONS.host,
  port: DECIDED_SMTP_OPTIONS.port,
  path: DECIDED_SMTP_OPTIONS.socket,
  socket: DECIDED_SMTP_OPTIONS.socket,
  fd: DECIDED_SMTP_OPTIONS.socket,
  // What it takes of a connection would be read by nobody else.
  onread: DECIDED_SMTP_OPTIONS.socket,
  // Node takes it beside no minVersion, and one always counts here.
  secureProtocol: 'cannot be given: the versions of TLS are chosen by minVersion and maxVersion',
} as const;

const LONGEST_INT32 = 2_147_483_647;
const MILLISECONDS = number({ min: 0, max: Infinity });
const WHOLE = number({ min: 0, max: LONGEST_INT32, integer: true });
/** The versions of TLS, the oldest first. */
const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** The oldest version that counts where none is given. */
const OLDEST = 'TLSv1.2';
const VERSION = oneOf(...VERSIONS);
/** Octets of the keys of session tickets, as Node takes them. */
const TICKET_KEYS_OCTETS = 48;
/** PEM or DER; several in a list, in which a key may have a passphrase of its own. */
const MATERIAL = kind('a text, a Buffer, or a list of them', value => isMaterial(value));

/** Every option of Node's `tls.connect` that can be given in `smtp.tls`, apart from those of the socket. */
export const TLS_OPTIONS = {
  ALPNCallback: callback,
  ALPNProtocols: kind('a list of names, or a Buffer', isProtocolList),
  SNICallback: callback,
  allowPartialTrustChain: flag,
  ca: readCa,
  cert: MATERIAL,
  checkServerIdentity: callback,
  ciphers: text,
  clientCertEngine: text,
  crl: MATERIAL,
  dhparam: MATERIAL,
  ecdhCurve: text,
  enableTrace: flag,
  honorCipherOrder: flag,
  key: MATERIAL,
  lookup: callback,
  maxVersion: VERSION,
  minDHSize: number({ min: 1, max: Infinity }),
  minVersion: VERSION,
  passphrase: kind('a text', value => typeof value === 'string'),
  pfx: MATERIAL,
  privateKeyEngine: text,
  privateKeyIdentifier: text,
  pskCallback: callback,
  rejectUnauthorized: flag,
  requestCert: flag,
  secureContext: kind('what tls.createSecureContext() returns', isSecureContext),
  // Flags that are joined by | may come out negative.
  secureOptions: kind('a whole number', value => Number.isSafeInteger(value)),
  servername: kind('a text', value => typeof value === 'string'),
  session: kind('a Buffer', value => ArrayBuffer.isView(value)),
  sessionIdContext: kind(
    'a text of 1 to 32 octets',
    value => typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= 32,
  ),
  sessionTimeout: WHOLE,
  sigalgs: text,
  ticketKeys: kind(
    'a Buffer of 48 octets',
    value => ArrayBuffer.isView(value) && value.byteLength === TICKET_KEYS_OCTETS,
  ),
  timeout: MILLISECONDS,
} as const satisfies Record<Exclude<keyof ConnectionOptions, keyof typeof DECIDED>, OptionReader>;

/** Options that `tls.connect` takes as well, or hands on to the socket; the types of Node do not have them there. */
const SOCKET_OPTIONS = {
  allowHalfOpen: flag,
  autoSelectFamily: flag,
  autoSelectFamilyAttemptTimeout: number({ min: 1, max: LONGEST_INT32, integer: true }),
  blockList: anything,
  family: kind('4, 6 or 0', value => [0, 4, 6, 'IPv4', 'IPv6'].some(family => family === value)),
  highWaterMark: WHOLE,
  hints: WHOLE,
  keepAlive: flag,
  keepAliveInitialDelay: MILLISECONDS,
  localAddress: kind('an IP address of this machine', value => typeof value === 'string' && isIP(value) > 0),
  localPort: number({ min: 0, max: 65_535, integer: true }),
  noDelay: flag,
  requestOCSP: flag,
  signal: anything,
} as const satisfies OptionTable;

const readFields = fields(withoutNull({ ...TLS_OPTIONS, ...SOCKET_OPTIONS }), DECIDED);

/** Reads `smtp.tls`. Whether certificates and keys can be used is tried when the application starts. */
export const tlsOptions: OptionReader = (value, key, report) => {
  const read: unknown = readFields(value, key, report);
  if (typeof read === 'object' && read !== null) checkVersions(read, key, report);
  return read;
};

/** Node takes null for what is not given. */
function withoutNull(table: OptionTable): OptionTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, reader]): [string, OptionReader] => [
      name,
      (value, key, report) => (value === null ? undefined : reader(value, key, report)),
    ]),
  );
}

/** With the oldest version above the newest no connection would come about; OpenSSL tells so of each. */
function checkVersions(tls: object, key: string, report: ReportOption): void {
  const { minVersion, maxVersion }: Readonly<Record<string, unknown>> = { ...tls };
  if (typeof maxVersion !== 'string') return;
  const oldest = typeof minVersion === 'string' ? minVersion : OLDEST;
  if (VERSIONS.indexOf(oldest) <= VERSIONS.indexOf(maxVersion)) return;
  const usual = minVersion === undefined ? ', which counts where none is given' : '';
  report(`${key}.maxVersion`, `is ${maxVersion}, which is older than minVersion ${oldest}${usual}`);
}

function readCa(...[value, key, report]: Parameters<OptionReader>): unknown {
  const given: unknown = MATERIAL(value, key, report);
  // An empty text is none for Node either: the usual authorities count.
  if (given === undefined || given === '') return given;
  const several = Array.isArray(given);
  const all: readonly unknown[] = several ? given : [given];
  for (const [index, one] of all.entries()) {
    const problem = certificateProblem(one);
    if (problem !== undefined) report(several ? `${key}[${index}]` : key, problem);
  }
  return given;
}

function isProtocolList(value: unknown): boolean {
  if (!Array.isArray(value)) return ArrayBuffer.isView(value);
  return value.every(
    one => ArrayBuffer.isView(one) || (typeof one === 'string' && one !== '' && Buffer.byteLength(one) < 256),
  );
}

function isSecureContext(value: unknown): boolean {
  return isOptionObject(value) && isOptionObject(Reflect.get(value, 'context'));
}

function isMaterial(value: unknown): boolean {
  if (Array.isArray(value))
    return value.every(one => isMaterial(one) || (typeof one === 'object' && one !== null));
  return typeof value === 'string' || ArrayBuffer.isView(value) || isKeyObject(value);
}

function isKeyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'asymmetricKeyType' in value;
}
