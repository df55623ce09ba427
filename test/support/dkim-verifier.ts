import { createHash, createPublicKey, verify } from 'node:crypto';

/** What a receiver finds out about one signature. */
export interface VerifiedSignature {
  readonly tags: ReadonlyMap<string, string>;
  /** The names of the tag `h=`, in lower case. */
  readonly names: readonly string[];
  /** Why the signature does not count; undefined when it does. */
  readonly failure: string | undefined;
}

interface Field {
  readonly name: string;
  readonly value: string;
  readonly whole: string;
}

/**
 * Verifies every DKIM signature of a mail as a receiver does (RFC 6376 6.1, RFC 8463). Shares no code with the signer.
 *
 * @param recordOf the TXT record at a name of the DNS
 */
export function verifyDkim(raw: Buffer, recordOf: (name: string) => string | undefined): VerifiedSignature[] {
  const text = raw.toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  const head = split < 0 ? text : text.slice(0, split + 2);
  const body = split < 0 ? '' : text.slice(split + 4);
  const fields = [...head.matchAll(/^([!-9;-~]+)[ \t]*:((?:.*\r\n)(?:[ \t].*\r\n)*)/gm)].map(
    ([whole, name = '', value = '']) => ({ name: name.toLowerCase(), value, whole }),
  );
  return fields
    .filter(({ name }) => name === 'dkim-signature')
    .map(signature => {
      const tags = tagsOf(signature.value);
      const names = (tags.get('h') ?? '').toLowerCase().split(':');
      return { tags, names, failure: failureOf(signature, { tags, names, fields, body }, recordOf) };
    });
}

function failureOf(
  signature: Field,
  {
    tags,
    names,
    fields,
    body,
  }: {
    tags: ReadonlyMap<string, string>;
    names: readonly string[];
    fields: readonly Field[];
    body: string;
  },
  recordOf: (name: string) => string | undefined,
): string | undefined {
  const tag = (name: string): string => tags.get(name) ?? '';
  if (tag('v') !== '1') return 'v= is not 1';
  if (tag('c') !== 'relaxed/relaxed') return 'c= is another one';
  if (!names.includes('from')) return 'From is not signed';
  if (bodyHash(body) !== tag('bh')) return 'the body hash differs';
  const record = recordOf(`${tag('s')}._domainkey.${tag('d')}`);
  if (record === undefined) return 'there is no key';
  const left = new Map<string, Field[]>();
  for (const field of fields) left.set(field.name, [...(left.get(field.name) ?? []), field]);
  const signed = names.flatMap(name => {
    const last = left.get(name)?.pop();
    return last ? [`${name}:${relaxed(last.value)}\r\n`] : [];
  });
  const own = signature.value.replace(/\bb=[^;]*$/, 'b=');
  const data = Buffer.from(`${signed.join('')}dkim-signature:${relaxed(own)}`, 'latin1');
  const bytes = Buffer.from(tag('b'), 'base64');
  return isValid(tag('a'), record, data, bytes) ? undefined : 'the signature is not valid';
}

function isValid(algorithm: string, record: string, data: Buffer, signature: Buffer): boolean {
  const p = Buffer.from(tagsOf(record).get('p') ?? '', 'base64');
  if (algorithm === 'rsa-sha256')
    return verify('sha256', data, createPublicKey({ key: p, format: 'der', type: 'spki' }), signature);
  if (algorithm !== 'ed25519-sha256') return false;
  // The fixed beginning of an Ed25519 key in DER (RFC 8410 4).
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), p]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, createHash('sha256').update(data).digest(), key, signature);
}

function tagsOf(list: string): Map<string, string> {
  return new Map(
    list
      .split(';')
      .map(tag => /^\s*([a-z]+)\s*=([^]*)$/.exec(tag))
      .filter(tag => tag !== null)
      .map(([, name = '', value = '']) => [name, value.replace(/\s+/g, '')]),
  );
}

function relaxed(value: string): string {
  return value
    .replace(/\r\n/g, '')
    .split(/[ \t]+/)
    .filter(word => word !== '')
    .join(' ');
}

function bodyHash(body: string): string {
  const lines = body.split('\r\n').map(line => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  const canonical = lines.map(line => `${line}\r\n`).join('');
  return createHash('sha256').update(Buffer.from(canonical, 'latin1')).digest('base64');
}
