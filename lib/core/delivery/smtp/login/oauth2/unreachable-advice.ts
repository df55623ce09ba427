import type { TokenNames } from './token-names.js';

/** Codes of Node.js, and of the HTTP client in it, with what to do; `{where}` stands for what decides which endpoint is asked. */
const ADVICE: readonly (readonly [codes: RegExp, words: string])[] = [
  [
    /^(?:ENOTFOUND|EAI_AGAIN)$/,
    'Its host name is not known; check {where}, and whether this machine may ask name servers',
  ],
  [/^ECONNREFUSED$/, 'Nothing listens there; check {where}'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'Its certificate is for another name; check {where}'],
  [/^CERT_HAS_EXPIRED$/, 'Its certificate has expired, or the clock of this machine is wrong'],
  [/^CERT_NOT_YET_VALID$/, 'Its certificate is not valid yet, or the clock of this machine is wrong'],
  [
    /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/,
    'Its certificate is not trusted; where an authority of your own has signed it, name that in NODE_EXTRA_CA_CERTS',
  ],
  [
    /^(?:ERR_SSL_|EPROTO$)/,
    'What answers there speaks no TLS, or none that this machine takes; check {where}',
  ],
  [/^HPE_/, 'What answers there speaks no HTTP; check {where}'],
  [
    /^(?:ECONNRESET|UND_ERR_SOCKET|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/,
    'Check whether this machine may reach it; a proxy of the system is not used',
  ],
];

/** What an administrator can do about a token endpoint that cannot be reached; undefined when the code says enough. */
export function unreachableAdvice(code: string, { endpoints, owner }: TokenNames): string | undefined {
  const [, words] = ADVICE.find(([codes]) => codes.test(code)) ?? [];
  return words?.replace('{where}', `${endpoints.join(' or ')} ${owner}`);
}
