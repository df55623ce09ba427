import type { ConnectionOptions } from 'node:tls';
import { fields } from '../../settings/options/option-fields.js';
import { anything, callback, flag, kind, number, oneOf, text } from '../../settings/options/option-kinds.js';
import type { OptionReader } from '../../settings/options/option-reader.js';
import { DECIDED_SMTP_OPTIONS } from './decided-options.js';

/** Options of Node's `tls.connect` that say where to connect to. */
const DECIDED = {
  host: DECIDED_SMTP_OPTIONS.host,
  port: DECIDED_SMTP_OPTIONS.port,
  path: DECIDED_SMTP_OPTIONS.socket,
  socket: DECIDED_SMTP_OPTIONS.socket,
} as const;

const SECONDS = number({ min: 0, max: Infinity });
const VERSION = oneOf('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3');
/** PEM or DER; several in a list, in which a key may have a passphrase of its own. */
const MATERIAL = kind('a text, a Buffer, or a list of them', value => isMaterial(value));

/** Every option of Node's `tls.connect` that can be given in `smtp.tls`. */
const TLS_OPTIONS = {
  ALPNCallback: callback,
  ALPNProtocols: anything,
  SNICallback: callback,
  allowPartialTrustChain: flag,
  ca: MATERIAL,
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
  secureContext: anything,
  secureOptions: number({ min: -Infinity, max: Infinity }),
  secureProtocol: text,
  servername: kind('a text', value => typeof value === 'string'),
  session: anything,
  sessionIdContext: text,
  sessionTimeout: SECONDS,
  sigalgs: text,
  ticketKeys: anything,
  timeout: SECONDS,
} as const satisfies Record<Exclude<keyof ConnectionOptions, keyof typeof DECIDED>, OptionReader>;

/** Reads `smtp.tls`. Whether certificates and keys can be used is tried when the application starts. */
export const tlsOptions: OptionReader = fields(TLS_OPTIONS, DECIDED);

function isMaterial(value: unknown): boolean {
  if (Array.isArray(value))
    return value.every(one => isMaterial(one) || (typeof one === 'object' && one !== null));
  return typeof value === 'string' || ArrayBuffer.isView(value) || isKeyObject(value);
}

function isKeyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'asymmetricKeyType' in value;
}
