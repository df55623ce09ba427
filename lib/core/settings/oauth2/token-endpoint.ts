import { parseUrl } from '../../address/parse-url.js';
import { isSecret } from '../../redaction/may-be-secret.js';
import { holdsInvisible } from '../credential-problem.js';
import type { SettingParser } from '../setting-parsers.js';
import { SettingValueError, text } from '../setting-parsers.js';
import { isLoopbackHost } from '../tls-mode.js';

/**
 * Reads the address of a token endpoint (RFC 6749 3.2). Returned as written; words never show it, as people may have written a
 * secret into it.
 */
export const tokenEndpoint: SettingParser<string> = value => {
  const written = text(value).trim();
  const url = parseUrl(written);
  if (!url || !/^https?:\/\//i.test(written) || /[\s\\]/.test(written) || holdsInvisible(written))
    throw new SettingValueError(
      'must be an absolute https address, such as https://login.contoso.com/oauth2/token',
    );
  if (isSecret(written))
    throw new SettingValueError('holds what seems to be a secret; write it under its own key');
  // The parser drops an empty login.
  if (/^[^:]+:\/\/[^/?#]*@/.test(written))
    throw new SettingValueError('must not hold a login; write it as ClientId and ClientSecret');
  if (written.includes('#'))
    throw new SettingValueError('must not hold a fragment, which begins with # (RFC 6749 3.2)');
  if (!isProtected(url))
    throw new SettingValueError(
      'must begin with https://, as secrets and tokens cross the network; http:// is taken for this machine alone (127.0.0.1, [::1], localhost)',
    );
  return written;
};

function isProtected({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopbackHost(hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''));
}
