import { inspect } from 'node:util';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { notKnownWords } from '../../text/nearest-key.js';
import { NestedSection } from '../nested-section.js';
import { NestedSettingError } from '../nested-setting-error.js';
import type { SettingParser } from '../setting-parsers.js';
import { isRecord } from '../settings-section.js';
import type { SigningKeyMaterial } from './private-key.js';
import { readPrivateKey } from './private-key.js';
import { signingDomain, signingSelector, tooLongTogether } from './signing-names.js';

/** A key of the setting `Dkim` after checking. */
export interface ResolvedDkimKey {
  /** The domain that signs, as A-labels in lower case. */
  readonly domain: string;
  readonly selector: string;
  /** In PEM (PKCS#8). Not enumerable: neither `JSON.stringify` nor `inspect` shows it. */
  readonly privateKey: string;
}

/** Under which a resolved key keeps what was read, so that a start reads and probes it once. */
const MATERIAL = Symbol('material');

/** The private key of a resolved key, ready to sign; read again only where somebody has copied the key. */
export function materialOf(key: ResolvedDkimKey): SigningKeyMaterial {
  return isHeld(key) ? key[MATERIAL] : readPrivateKey(key.privateKey);
}

function isHeld(key: ResolvedDkimKey): key is ResolvedDkimKey & { readonly [MATERIAL]: SigningKeyMaterial } {
  return MATERIAL in key;
}

/** The keys of an item of `Dkim`. */
export const DKIM_KEYS = ['Domain', 'Selector', 'PrivateKey', 'PrivateKeyFile'] as const;

/** Words for what is missing, in settings and in code. */
export const MISSING = {
  domain: 'is missing; set the domain that signs, such as contoso.com',
  selector: 'is missing; set the name under which the public key is published, such as mail',
  privateKey: 'is missing; without a private key nothing is signed',
} as const;

/**
 * Reads the setting `Dkim`: one key, or a list of them; an object whose keys are all whole numbers is a list, as the
 * environment makes it.
 *
 * @throws {@link NestedSettingError} with every problem at once
 */
export const dkimKeys: SettingParser<readonly ResolvedDkimKey[]> = value => {
  const problems: MailSettingsProblem[] = [];
  const items = itemsOf(value);
  if (items.length === 0)
    problems.push({ key: '', message: 'is an empty list; name a key, or leave the setting out' });
  const keys = items.map(({ path, item }) =>
    readItem(item, (key, message) => void problems.push({ key: joined(path, key), message })),
  );
  for (const [index, key] of keys.entries()) {
    const first = keys.findIndex(other => other && key && sameName(other, key));
    if (first >= 0 && first < index)
      problems.push({
        key: items[index]?.path ?? '',
        message: sameNameWords(`Dkim.${items[first]?.path ?? ''}`),
      });
  }
  if (problems.length > 0) throw new NestedSettingError(problems);
  return Object.freeze(keys.filter(key => key !== undefined));
};

/** One key of the setting and the path to it: `0` in a list, an empty one without a list. */
export interface DkimItem {
  readonly path: string;
  readonly item: unknown;
}

/** The keys that the setting holds, unread. */
export function itemsOf(value: unknown): DkimItem[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ path: String(index), item }));
  if (!isRecord(value)) return [{ path: '', item: value }];
  const indexes = Object.keys(value);
  if (indexes.length === 0 || !indexes.every(key => /^\d{1,4}$/.test(key)))
    return [{ path: '', item: value }];
  return indexes
    .toSorted((left, right) => Number(left) - Number(right))
    .map(path => ({ path, item: value[path] }));
}

/** Whether two keys would be published under one name, where receivers find only one of them. */
export function sameName(
  one: { domain: string; selector: string },
  other: { domain: string; selector: string },
): boolean {
  return one.domain === other.domain && one.selector.toLowerCase() === other.selector.toLowerCase();
}

/** What is said of a key that has the domain and the selector of another. */
export function sameNameWords(path: string): string {
  return `has the domain and the selector of ${path}; one name in the DNS holds one key`;
}

function readItem(
  item: unknown,
  report: (key: string, message: string) => void,
): ResolvedDkimKey | undefined {
  if (!isRecord(item)) {
    report('', 'must be an object with Domain, Selector and PrivateKeyFile, or a list of such objects');
    return undefined;
  }
  const section = new NestedSection(item, unknownWords, report);
  const domain = section.read('Domain', signingDomain);
  const selector = section.read('Selector', signingSelector);
  const material = section.textOrFile('PrivateKey', readPrivateKey);
  if (section.setKey('PrivateKey') === undefined)
    section.report('PrivateKey', `${MISSING.privateKey}; give its text here, or its file in PrivateKeyFile`);
  for (const [name, key] of [
    ['Domain', 'domain'],
    ['Selector', 'selector'],
  ] as const)
    if (!section.isSet(name)) section.report(name, MISSING[key]);
  if (domain === undefined || selector === undefined) return undefined;
  const tooLong = tooLongTogether({ domain, selector });
  if (tooLong !== undefined) section.report('Selector', tooLong);
  return material && resolvedKey(domain, selector, material);
}

function resolvedKey(domain: string, selector: string, material: SigningKeyMaterial): ResolvedDkimKey {
  const privateKey = material.key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = Object.defineProperties(
    { domain, selector },
    {
      privateKey: { get: () => privateKey, enumerable: false },
      [MATERIAL]: { value: material, enumerable: false },
      // With `showHidden` the key would be printed, too.
      [inspect.custom]: { value: () => ({ domain, selector }), enumerable: false },
    },
  );
  return Object.freeze(key as ResolvedDkimKey);
}

function unknownWords(written: string): string | undefined {
  if (DKIM_KEYS.some(key => key.toLowerCase() === written.toLowerCase())) return undefined;
  if (/^\d+$/.test(written)) return 'stands beside keys of another; write a list, or one key';
  return notKnownWords(written, DKIM_KEYS);
}

function joined(path: string, key: string): string {
  return [path, key].filter(part => part !== '').join('.');
}
