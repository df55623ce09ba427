import { isKeyObject, isUint8Array } from 'node:util/types';
import type { MailSettingsProblem } from '../../../errors/mail-settings-error.js';
import { MISSING, sameName, sameNameWords } from '../../../settings/dkim/dkim-setting.js';
import type { SigningKeyMaterial } from '../../../settings/dkim/private-key.js';
import { readPrivateKey } from '../../../settings/dkim/private-key.js';
import { signingDomain, signingSelector, tooLongTogether } from '../../../settings/dkim/signing-names.js';
import { kindOf } from '../../../settings/options/value-kind.js';
import type { PrivateKeySource } from '../../../settings/private-key-object.js';
import { SettingValueError } from '../../../settings/setting-parsers.js';
import { isRecord } from '../../../settings/settings-section.js';
import { DKIM_OPTION } from './dkim-option-table.js';
import type { DkimKeyOptions, DkimOptions } from './dkim-options.js';
import { NEVER_SIGNED, SignedFields } from './signed-fields.js';
import { SigningKey } from './signing-key.js';

/** What the option `smtp.dkim` comes to. */
export interface DkimOptionsReading {
  /** Usable only when there are no problems. */
  readonly keys: readonly SigningKey[];
  readonly fields: SignedFields;
  /** Keys begin with `smtp.dkim`. */
  readonly problems: readonly MailSettingsProblem[];
  /** Sentences for the log at start; no secrets. */
  readonly warnings: readonly string[];
}

type Report = (key: string, message: string) => void;

const KEY_OPTIONS = ['domainName', 'keySelector', 'privateKey'] as const;

/**
 * Checks the option `smtp.dkim`, of which JavaScript may have handed over values of any kind. Never throws.
 *
 * @param dkim plain objects, as the table of the options makes them: names that are not known have been told
 */
export function readDkimOptions(dkim: DkimOptions): DkimOptionsReading {
  const problems: MailSettingsProblem[] = [];
  const report: Report = (key, message) => void problems.push({ key, message });
  const keys = readKeys(dkim, report);
  const hashAlgo: unknown = dkim.hashAlgo;
  if (hashAlgo !== undefined && !(typeof hashAlgo === 'string' && /^sha-?256$/i.test(hashAlgo)))
    report(`${DKIM_OPTION}.hashAlgo`, `must be sha256, the one hash of DKIM, but is ${kindOf(hashAlgo)}`);
  const unused = (['cacheDir', 'cacheTreshold'] as const).filter(
    key => dkim[key] !== undefined && dkim[key] !== false,
  );
  return {
    keys,
    fields: readFields(dkim, report),
    problems,
    warnings: unused.map(key => `${DKIM_OPTION}.${key} has no effect: nothing is kept on disk`),
  };
}

function readKeys(dkim: DkimOptions, report: Report): SigningKey[] {
  const given = dkim.keys;
  if (given === undefined) return [readKey(DKIM_OPTION, dkim, report)].filter(key => key !== undefined);
  const path = `${DKIM_OPTION}.keys`;
  for (const key of KEY_OPTIONS)
    if (dkim[key] !== undefined) report(`${DKIM_OPTION}.${key}`, 'is set beside keys; set one of them');
  const list: readonly (DkimKeyOptions | undefined)[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) report(path, 'is an empty list; name a key, or leave the option dkim out');
  const found: { readonly key: SigningKey; readonly at: string }[] = [];
  for (const [index, item] of list.entries()) {
    // Told when the options were read.
    if (item === undefined) continue;
    const at = Array.isArray(given) ? `${path}[${index}]` : path;
    const key = readKey(at, item, report);
    const first = key && found.find(other => sameName(other.key, key));
    if (first) report(at, sameNameWords(first.at));
    if (key) found.push({ key, at });
  }
  return found.map(({ key }) => key);
}

function readKey(at: string, item: DkimKeyOptions, report: Report): SigningKey | undefined {
  const read = <T>(
    name: keyof DkimKeyOptions,
    missing: string,
    parse: (value: unknown) => T,
  ): T | undefined => {
    const value: unknown = item[name];
    if (value === undefined || value === null || value === '') return void report(`${at}.${name}`, missing);
    try {
      return parse(value);
    } catch (error) {
      // Not the message of another error: a proxy that throws may tell what it holds.
      const words = error instanceof SettingValueError ? error.message : 'cannot be read: it throws';
      return void report(`${at}.${name}`, words);
    }
  };
  const domain = read('domainName', MISSING.domain, signingDomain);
  const selector = read('keySelector', MISSING.selector, signingSelector);
  const material = read('privateKey', MISSING.privateKey, keyOf);
  if (domain === undefined || selector === undefined) return undefined;
  const tooLong = tooLongTogether({ domain, selector });
  if (tooLong !== undefined) report(`${at}.keySelector`, tooLong);
  return material && new SigningKey({ domain, selector }, material);
}

/** A key, or a key with its passphrase. */
function keyOf(value: unknown): SigningKeyMaterial {
  const wanted = new SettingValueError('must be a private key: a text in PEM, a Buffer or a key object');
  if (isSource(value)) return readPrivateKey(value);
  if (!isRecord(value) || !isSource(value['key'])) throw wanted;
  const { key, passphrase } = value;
  if (passphrase === undefined) return readPrivateKey(key);
  if (typeof passphrase !== 'string' && !Buffer.isBuffer(passphrase)) throw wanted;
  return readPrivateKey(key, passphrase);
}

function isSource(value: unknown): value is PrivateKeySource {
  return typeof value === 'string' || isUint8Array(value) || isKeyObject(value);
}

function readFields(dkim: DkimOptions, report: Report): SignedFields {
  const names = readNames('headerFieldNames', dkim, report);
  const skipped = new Set(readNames('skipFields', dkim, report));
  const at = `${DKIM_OPTION}.headerFieldNames`;
  for (const name of new Set(names))
    if (NEVER_SIGNED.has(name)) report(at, `names ${name}, which changes on the way or never leaves`);
  if (names && !names.includes('from')) report(at, 'does not name From, which every signature must cover');
  if (skipped.has('from'))
    report(`${DKIM_OPTION}.skipFields`, 'names From, which every signature must cover');
  return SignedFields.from(names, skipped);
}

/** The names of a list with colons, in lower case. */
function readNames(
  option: 'headerFieldNames' | 'skipFields',
  dkim: DkimOptions,
  report: Report,
): string[] | undefined {
  const given: unknown = dkim[option];
  if (given === undefined || given === '') return undefined;
  const names = typeof given === 'string' ? given.split(':').map(name => name.trim().toLowerCase()) : [''];
  if (names.every(name => /^[!-9;-~]+$/.test(name))) return names;
  report(
    `${DKIM_OPTION}.${option}`,
    `must be names of header fields with ":" between them, such as from:subject, but is ${kindOf(given)}`,
  );
  return undefined;
}
