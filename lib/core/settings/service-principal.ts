import { holdsInvisible } from './credential-problem.js';
import type { SettingParser } from './setting-parsers.js';
import { SettingValueError, shown, text } from './setting-parsers.js';

/**
 * Reads the name of a server's service for Kerberos: `service@host` as GSSAPI has it (RFC 2743 4.1), or a principal,
 * `service/host` or `service/host@REALM`.
 */
export const servicePrincipal: SettingParser<string> = value => {
  const written = text(value).trim();
  const isName = /^[^\s/@\\]+(?:@[^\s/@\\]+|(?:\/[^\s/@\\]+){1,2}(?:@[^\s/@\\]+)?)$/.test(written);
  if (!isName || holdsInvisible(written))
    throw new SettingValueError(
      `must be a service and a host, such as smtp@mail.contoso.com, SMTPSVC/mail.contoso.com or smtp/mail.contoso.com@CONTOSO.COM, but is ${shown(written)}`,
    );
  return written;
};
