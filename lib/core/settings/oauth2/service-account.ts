import type { KeyObject } from 'node:crypto';
import { SettingValueError } from '../setting-parsers.js';
import { isRecord } from '../settings-section.js';
import { readAssertionKey } from './assertion-key.js';
import { clientId } from './oauth2-values.js';
import { tokenEndpoint } from './token-endpoint.js';

/** A private key that signs assertions, and what stands beside it in the key file of a service account. */
export interface AssertionKeySource {
  readonly key: KeyObject;
  /** Whether it came from the key file of a service account. */
  readonly ofAccount: boolean;
  readonly clientId?: string;
  readonly tokenEndpoint?: string;
  readonly keyId?: string;
}

const WANTED = 'give the JSON key file of a service account, or a private key in PEM';

/**
 * Reads a private key that signs assertions: in PEM, or in the JSON key file of a Google service account.
 *
 * @throws {@link SettingValueError} with words that hold nothing of the key
 */
export function readKeySource(source: string): AssertionKeySource {
  if (!/^\uFEFF?\s*\{/.test(source)) return { key: readAssertionKey(source), ofAccount: false };
  const file = parsed(source);
  if (typeof file['private_key'] !== 'string')
    throw new SettingValueError(
      file['type'] === 'authorized_user' || isRecord(file['installed']) || isRecord(file['web'])
        ? `is the JSON file of a client and has no private_key; ${WANTED}`
        : `is JSON without private_key; ${WANTED}`,
    );
  const { client_email: email, token_uri: uri, private_key_id: id } = file;
  return {
    key: part('private_key', () => readAssertionKey(String(file['private_key']))),
    ofAccount: true,
    ...(isGiven(email) && { clientId: part('client_email', () => clientId(email)) }),
    ...(isGiven(uri) && { tokenEndpoint: part('token_uri', () => tokenEndpoint(uri)) }),
    ...(isGiven(id) && { keyId: part('private_key_id', () => keyName(id)) }),
  };
}

/** Reads the name of a key (RFC 7515 4.1.4). */
export function keyName(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(value))
    throw new SettingValueError('must be the name of a key, of ASCII characters');
  return value;
}

function parsed(source: string): Record<string, unknown> {
  let file: unknown;
  try {
    file = JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch {
    // Not the reason: it quotes what stands there.
    throw new SettingValueError(`is JSON with a syntax error; ${WANTED}`);
  }
  if (!isRecord(file)) throw new SettingValueError(`is JSON without private_key; ${WANTED}`);
  return file;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function part<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingValueError)) throw error;
    throw new SettingValueError(`holds ${name}, which ${error.message}`);
  }
}
