import type { OptionReader } from '../../core/settings/options/option-reader.js';
import { kindOf } from '../../core/settings/options/value-kind.js';
import { KEY_OCTETS, keyIdOf } from '../job/sealing-keys.js';

const HOW = 'make a key with: openssl rand -base64 32';
/** Base64 in either alphabet. */
const BASE64 = /^(?:[A-Za-z0-9+/]+|[\w-]+)={0,2}$/;
const HEX = /^[\da-f]{64}$/i;

/** Reads the option `keys` into octets. What it says of them shows nothing of a key. */
export const sealingKeys: OptionReader = (value, key, report) => {
  if (!Array.isArray(value)) {
    report(key, `must be a list of keys, each base64 of ${KEY_OCTETS} octets, but is ${kindOf(value)}`);
    return undefined;
  }
  const items: unknown[] = Array.from(value);
  if (items.length === 0) {
    report(key, `is empty; give a key (${HOW}), or leave the option out`);
    return undefined;
  }
  const read = items.map((item, index) => sealingKey(item, `${key}[${index}]`, report));
  if (read.includes(undefined)) return undefined;
  const ids = read.flatMap(octets => (octets ? [keyIdOf(octets)] : []));
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index);
  if (twice < 0) return read;
  report(
    `${key}[${twice}]`,
    `is the same key as ${key}[${ids.indexOf(ids[twice] ?? '')}]; leave one of them out`,
  );
  return undefined;
};

function sealingKey(...[value, key, report]: Parameters<OptionReader>): Buffer | undefined {
  const problem =
    typeof value === 'string' ? keyProblem(value.trim()) : `must be a text, but is ${kindOf(value)}`;
  if (problem === undefined && typeof value === 'string') return Buffer.from(value.trim(), 'base64');
  report(key, problem ?? '');
  return undefined;
}

function keyProblem(text: string): string | undefined {
  if (text === '') return `is empty; ${HOW}`;
  if (HEX.test(text)) return `is hexadecimal; keys are written in base64 (${HOW})`;
  if (!BASE64.test(text)) return `is not base64; ${HOW}`;
  const octets = Buffer.from(text, 'base64');
  if (octets.length !== KEY_OCTETS)
    return `is base64 of ${octets.length} octets, and a key has ${KEY_OCTETS}; ${HOW}`;
  return octets.every(octet => octet === octets[0]) ? `is one octet, repeated; ${HOW}` : undefined;
}
