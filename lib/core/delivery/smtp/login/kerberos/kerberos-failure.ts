import { messageOf } from '../../../../errors/error-facts.js';
import { plainCause } from '../../../../errors/plain-cause.js';
import { visible } from '../../../../redaction/printable.js';
import { KerberosError } from './kerberos-error.js';

/**
 * What the libraries of Kerberos say, what an administrator can do about it, and whether that may happen without him. The
 * last one comes last, as GSSAPI puts "No credentials were supplied" before every reason why a keytab gave no ticket.
 */
const KNOWN: readonly {
  readonly says: RegExp;
  readonly advice: (servicePrincipal: string) => string;
  readonly retryable: boolean;
}[] = [
  {
    says: /server '?krbtgt\/\S+ not found in kerberos database/i,
    advice: () =>
      'The host is taken to be in a realm that there is no way to: check domain_realm in krb5.conf (KRB5_CONFIG)',
    retryable: false,
  },
  {
    says: /server (?:\S+ )?not found in kerberos database|SEC_E_TARGET_UNKNOWN|target principal|S_PRINCIPAL_UNKNOWN/i,
    advice: principal =>
      `The KDC knows no service ${principal}: check the setting ServicePrincipal, and Host where it is not set`,
    retryable: false,
  },
  {
    says: /client (?:\S+ )?not found in kerberos database|C_PRINCIPAL_UNKNOWN/i,
    advice: () =>
      'The KDC does not know the account of this process: make a new keytab, or get another ticket',
    retryable: false,
  },
  {
    says: /decrypt integrity check failed|preauthentication failed/i,
    advice: () => 'The keytab does not go with the password of the account: make a new one',
    retryable: false,
  },
  {
    says: /ticket expired|credentials? (?:have |has )?expired|SEC_E_CONTEXT_EXPIRED/i,
    advice: () =>
      'The ticket of the account has expired: renew it with kinit, or name a keytab in KRB5_CLIENT_KTNAME',
    retryable: true,
  },
  {
    says: /clock skew/i,
    advice: () => 'The clock of this machine is wrong, or that of the KDC',
    retryable: true,
  },
  {
    says: /cannot contact any kdc|cannot (?:find|resolve) .*kdc|SEC_E_NO_AUTHENTICATING_AUTHORITY|cannot locate/i,
    advice: () => 'No KDC answers: check krb5.conf (KRB5_CONFIG) and the network',
    retryable: true,
  },
  {
    says: /cannot determine realm|default realm|configuration file does not specify/i,
    advice: () => 'Which realm the server is in is not known: check krb5.conf (KRB5_CONFIG)',
    retryable: false,
  },
  {
    says: /no (?:kerberos )?credentials|no credentials cache|credentials cache (?:file )?.*not found|no such file|SEC_E_NO_CREDENTIALS/i,
    advice: () =>
      'The account of this process has no ticket: get one with kinit, or name a keytab in KRB5_CLIENT_KTNAME',
    retryable: true,
  },
];
const LONGEST = 300;

/** Explains an error of the package `kerberos`. */
export function kerberosFailure(error: unknown, servicePrincipal: string): KerberosError {
  if (error instanceof KerberosError) return error;
  const said = visible(messageOf(error).slice(0, LONGEST)).replace(/[.\s]+$/, '');
  const known = KNOWN.find(({ says }) => says.test(said));
  const advice = known ? `. ${known.advice(servicePrincipal)}` : '';
  return new KerberosError(`Kerberos gives no sign-in to ${servicePrincipal}: ${said}${advice}`, {
    retryable: known?.retryable ?? true,
    cause: plainCause(error),
  });
}
