import { createSecureContext } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import { printable } from '../../redaction/printable.js';
import { createRedactor } from '../../redaction/redact.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { kerberosProblems } from './login/kerberos/kerberos-problem.js';
import { missingCredentials } from './login/missing-credentials.js';
import { parseProxy } from './parse-proxy.js';
import type { SmtpOptions } from './smtp-options.js';
import { loadSocks, SocksMissingError } from './socks-socket.js';

/** Options of TLS of which only OpenSSL can tell whether they can be used. */
const TRIED = [
  'ca',
  'cert',
  'ciphers',
  'clientCertEngine',
  'crl',
  'dhparam',
  'ecdhCurve',
  'key',
  'maxVersion',
  'pfx',
  'privateKeyEngine',
  'privateKeyIdentifier',
  'secureOptions',
  'sessionIdContext',
  'sessionTimeout',
  'sigalgs',
  'ticketKeys',
];

/**
 * What would fail at the first mail, of settings and SMTP options in which nothing else is wrong: a login without a password,
 * a package that is not installed, a key that OpenSSL cannot read. Connects to nothing.
 */
export async function smtpStartProblems(
  { auth, customAuth = {}, proxy, tls }: SmtpOptions,
  settings: Pick<ResolvedMailSettings, 'useDefaultCredentials' | 'username'> = {
    useDefaultCredentials: false,
  },
): Promise<MailSettingsProblem[]> {
  const credentials =
    auth === undefined
      ? await kerberosProblems(settings)
      : missingCredentials(auth, customAuth, settings.username);
  const found = [
    { key: 'smtp.proxy', message: proxy === undefined ? undefined : await missingPackage(proxy) },
    { key: 'smtp.tls', message: tls === undefined ? undefined : tlsProblem(tls) },
  ];
  return [
    ...credentials,
    ...found.flatMap(({ key, message }) => (message === undefined ? [] : [{ key, message }])),
  ];
}

async function missingPackage(proxy: string): Promise<string | undefined> {
  if (!parseProxy(proxy).isSocks) return undefined;
  try {
    await loadSocks();
    return undefined;
  } catch (error) {
    if (error instanceof SocksMissingError) return error.message;
    throw error;
  }
}

function tlsProblem(tls: ConnectionOptions): string | undefined {
  if (!TRIED.some(name => name in tls)) return undefined;
  try {
    createSecureContext({ minVersion: 'TLSv1.2', ...tls });
    return undefined;
  } catch (error) {
    const redact = createRedactor(undefined, [tls.passphrase]);
    return `cannot be used: ${printable(plainCause(error, redact).message)}`;
  }
}
