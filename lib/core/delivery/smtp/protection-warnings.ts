import type { SecureContext } from 'node:tls';
import { REMEDIES } from '../../text/remedies.js';
import type { SmtpOptions } from './smtp-options.js';

/** TLS 1.2 as it stands on the wire (RFC 5246 6.2.1). */
const TLS_1_2 = 0x0303;
/** The versions that code may give and nobody should use (RFC 8996). */
const OLD_VERSIONS: readonly unknown[] = ['TLSv1', 'TLSv1.1'];
const NOT_VERIFIED = `the certificates of servers are not verified, and whoever stands on the way to one can pose as it and read passwords and mails. ${REMEDIES.noVerification.inCode}`;
const OLD_TLS = 'lets servers use versions of TLS before 1.2, which protect no more (RFC 8996).';

/**
 * What code and environment have switched off of the protection of SMTP connections, in sentences for administrators. For
 * those who connect only.
 *
 * @param tls the option `smtp.tls`, read. @default nothing is given in code
 * @param env environment variables of the process
 */
export function protectionWarnings(tls: SmtpOptions['tls'] = {}, env: NodeJS.ProcessEnv): string[] {
  const { rejectUnauthorized, minVersion, checkServerIdentity, secureContext } = tls;
  const warnings: string[] = [];
  if (rejectUnauthorized === false)
    warnings.push(`smtp.tls.rejectUnauthorized is false in code: ${NOT_VERIFIED}`);
  // What code demands wins over the environment, of which Node.js takes this one value.
  if (rejectUnauthorized !== true && env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    warnings.push(`NODE_TLS_REJECT_UNAUTHORIZED=0 stands in the environment: ${NOT_VERIFIED}`);
  // Beside a context of one's own minVersion does not count.
  if (secureContext) {
    if (takesOldVersions(secureContext)) warnings.push(`smtp.tls.secureContext ${OLD_TLS}`);
  } else if (OLD_VERSIONS.includes(minVersion))
    warnings.push(`smtp.tls.minVersion is ${minVersion} in code, which ${OLD_TLS}`);
  if (checkServerIdentity)
    warnings.push(
      'smtp.tls.checkServerIdentity is given in code: that function alone decides for which server a certificate is, whatever the setting Host says.',
    );
  return warnings;
}

/** Whether a context allows versions of TLS before 1.2. Node.js tells it without saying so in its documentation. */
function takesOldVersions({ context }: SecureContext): boolean {
  const oldest: unknown = typeof context?.getMinProto === 'function' ? context.getMinProto() : TLS_1_2;
  return typeof oldest === 'number' && oldest < TLS_1_2;
}
