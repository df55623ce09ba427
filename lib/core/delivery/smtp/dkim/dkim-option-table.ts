import { isKeyObject } from 'node:util/types';
import { fields } from '../../../settings/options/option-fields.js';
import { anything } from '../../../settings/options/option-kinds.js';
import type { OptionReader } from '../../../settings/options/option-reader.js';
import { isOptionObject } from '../../../settings/options/value-kind.js';
import type { DkimKeyOptions, DkimOptions } from './dkim-options.js';

/** Where the options stand, for those who have to mend them. */
export const DKIM_OPTION = 'smtp.dkim';

/** What may stand in a private key that is an object: what nothing here uses is known to Node.js. */
const keyObject = fields({
  key: anything,
  passphrase: anything,
  format: anything,
  type: anything,
  encoding: anything,
  dsaEncoding: anything,
  padding: anything,
  saltLength: anything,
  context: anything,
});

const KEY = {
  domainName: anything,
  keySelector: anything,
  privateKey: (value, key, report) =>
    isOptionObject(value) && !isKeyObject(value) ? keyObject(value, key, report) : value,
} as const satisfies Record<keyof DkimKeyOptions, OptionReader>;

const oneKey = fields(KEY);

const DKIM = fields({
  ...KEY,
  keys: readKeys,
  hashAlgo: anything,
  headerFieldNames: anything,
  skipFields: anything,
  cacheDir: anything,
  cacheTreshold: anything,
} as const satisfies Record<keyof DkimOptions, OptionReader>);

/**
 * Reads the option `smtp.dkim` once, into plain objects, and tells names that are not known. Whether its keys can sign is
 * found out by `readDkimOptions`, where mails leave.
 */
export const dkimOptions: OptionReader = (value, key, report) => DKIM(value, key, report);

/** One key, or a list of them; what is no key is told, and stands in the list as undefined. */
function readKeys(...[value, key, report]: Parameters<OptionReader>): unknown {
  if (!Array.isArray(value)) return oneKey(value, key, report);
  // Not map, which passes over the holes of a list.
  return Array.from(value, (item: unknown, index) => oneKey(item, `${key}[${index}]`, report));
}
