import { isAscii, normalizeDomain } from '../../address/domain-name.js';
import { mayBeKey } from '../../redaction/may-be-secret.js';
import type { SettingParser } from '../setting-parsers.js';
import { SettingValueError, shown, text } from '../setting-parsers.js';

/** The label below which DKIM keys are published (RFC 6376 3.6.2.1). */
export const DKIM_LABEL = '_domainkey';
/** Octets of the longest name in the DNS. */
const LONGEST_NAME = 253;

/** The domain that signs (tag `d=`, RFC 6376 3.5), as A-labels in lower case. */
export const signingDomain: SettingParser<string> = value => {
  const written = text(value).trim();
  if (written.toLowerCase().split('.').includes(DKIM_LABEL))
    throw new SettingValueError(
      `must be the domain alone, without the selector and ${DKIM_LABEL}, but is ${shownUnlessKey(written)}`,
    );
  const domain = normalizeDomain(written.replace(/\.$/, ''));
  if (domain === undefined || !domain.includes('.') || domain.includes('_'))
    throw new SettingValueError(
      `must be the domain that signs, such as contoso.com, but is ${shownUnlessKey(written)}`,
    );
  return domain;
};

/** The selector of a key (tag `s=`, RFC 6376 3.1). */
export const signingSelector: SettingParser<string> = value => {
  const written = text(value).trim();
  const labels = written.split('.');
  if (labels.some(label => label.toLowerCase() === DKIM_LABEL))
    throw new SettingValueError(
      `must be the selector alone, without ${DKIM_LABEL} and the domain, but is ${shownUnlessKey(written)}`,
    );
  if (!isAscii(written) || !labels.every(label => /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/i.test(label)))
    throw new SettingValueError(
      `must be a name of the DNS such as mail or 2026.mail, of letters, digits and hyphens, but is ${shownUnlessKey(written)}`,
    );
  return written;
};

/** The name in the DNS under which the public key is published. */
export function keyRecordName({ domain, selector }: { domain: string; selector: string }): string {
  return `${selector}.${DKIM_LABEL}.${domain}`;
}

/** What is wrong with a selector and a domain that are each valid; undefined when they go together. */
export function tooLongTogether(names: { domain: string; selector: string }): string | undefined {
  return keyRecordName(names).length > LONGEST_NAME
    ? `is too long together with the domain: no name of the DNS has more than ${LONGEST_NAME} characters`
    : undefined;
}

/** No name of the DNS has a label of so many characters by chance: somebody has written the key in its place. */
function shownUnlessKey(written: string): string {
  return mayBeKey(written) ? 'a text that is not shown, as it may be the key' : shown(written);
}
