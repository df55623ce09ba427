import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';

/** Octets of the longest string in a TXT record. */
const LONGEST_STRING = 255;
const KINDS: Readonly<Record<string, string>> = { rsa: 'rsa', ed25519: 'ed25519' };

/** The tag list of a key record, or why receivers take it for none. */
export type KeyRecord =
  | { readonly tags: ReadonlyMap<string, string> }
  | { readonly tags?: undefined; /** Completes "The record …". */ readonly problem: string };

/** Name and value of one tag (RFC 6376 3.2); case counts. */
const TAG = /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=([^]*)$/;
const NO_KEY: KeyRecord = { problem: 'is no DKIM key' };

/** Reads the tag list of a key record (RFC 6376 3.2 and 3.6.1). */
export function readKeyRecord(text: string): KeyRecord {
  const tags = new Map<string, string>();
  const parts = text.split(';');
  // A semicolon may stand at the end.
  if (parts.at(-1)?.trim() === '') parts.pop();
  for (const part of parts) {
    const [, name, value = ''] = TAG.exec(part) ?? [];
    if (name === undefined) return NO_KEY;
    if (tags.has(name)) return { problem: `has the tag ${name}= twice, and receivers ignore it for that` };
    if (name === 'v' && tags.size > 0)
      return {
        problem: 'has v= behind other tags, and receivers ignore it for that: v=DKIM1 must come first',
      };
    tags.set(name, value.replace(/\s+/g, ''));
  }
  const version = tags.get('v');
  return version !== undefined && version !== 'DKIM1' ? NO_KEY : { tags };
}

/** The kind of a key as the tag `k=` names it. */
export function keyKind(key: KeyObject): string {
  return KINDS[key.asymmetricKeyType ?? ''] ?? 'unknown';
}

/** Whether the tag `p=` of a record holds this public key. */
export function holdsKey(p: string, key: KeyObject): boolean {
  if (keyKind(key) === 'ed25519') return p === publicPart(key);
  const der = Buffer.from(p, 'base64');
  // RFC 6376 3.6.1 asks for PKCS#1, and everybody publishes the form around it.
  return (['spki', 'pkcs1'] as const).some(type => {
    try {
      return createPublicKey({ key: der, format: 'der', type }).equals(key);
    } catch {
      return false;
    }
  });
}

/** The record to publish for a key, as a zone file has it: strings of at most 255 characters. */
export function recordToPublish(key: KeyObject): string {
  const text = `v=DKIM1; k=${keyKind(key)}; p=${publicPart(key)}`;
  const strings = text.match(new RegExp(`.{1,${LONGEST_STRING}}`, 'g')) ?? [];
  return strings.map(part => `"${part}"`).join(' ');
}

/** RFC 8463 4: of Ed25519 the 32 octets of the key alone. */
function publicPart(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return (keyKind(key) === 'ed25519' ? der.subarray(-32) : der).toString('base64');
}
