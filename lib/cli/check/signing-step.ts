import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import dns, { Resolver } from 'node:dns/promises';
import { onAbort } from '../../core/concurrency/on-abort.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import type { ResolvedDkimKey } from '../../core/settings/dkim/dkim-setting.js';
import { keyRecordName } from '../../core/settings/dkim/signing-names.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import { holdsKey, keyKind, readKeyRecord, recordToPublish } from './dkim-record.js';
import { withinTime } from './within-time.js';

/** How long name servers get for the records of all keys. */
const DNS_MS = 5000;
const TRY_MS = 2000;
const TRIES = 2;

/** What was found out about one key. */
interface Finding {
  readonly state: 'ok' | 'missing' | 'different' | 'revoked' | 'unusable' | 'several' | 'unknown' | 'testing';
  readonly message: string;
  readonly advice?: string;
}

/**
 * Compares the keys that mails are signed with to what receivers find in the DNS. A key that is not found there is a
 * warning: mails leave all the same.
 *
 * @param nameServers addresses of those that are asked. @default those of this machine
 */
export async function signingSteps(
  keys: readonly ResolvedDkimKey[],
  signal: AbortSignal,
  nameServers: readonly string[] | undefined,
): Promise<DiagnosisStep[]> {
  if (keys.length === 0) return [];
  return withinTime(signal, DNS_MS, async limit => {
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    useServers(resolver, nameServers);
    const stop = onAbort(limit, () => resolver.cancel());
    try {
      return await Promise.all(keys.map(key => signingStep(key, resolver)));
    } finally {
      stop();
    }
  });
}

/** What is said of keys beside a pickup directory, with which only its reader signs: mails can be written all the same. */
export function unreadableKeySteps(problems: readonly MailSettingsProblem[]): DiagnosisStep[] {
  return problems.map(({ key, message }) => ({
    step: 'signing',
    status: 'warning',
    message: `${key}: ${message}`,
    advice:
      'A relay with these settings does not start like this; where nothing here signs, leave the setting out',
    facts: { state: 'unreadable', key },
  }));
}

/** A resolver of its own does not know of the servers that the process was told to ask. */
function useServers(resolver: Resolver, nameServers: readonly string[] | undefined): void {
  // Asked of the module itself: the function changes with the servers.
  const servers = nameServers ?? dns.getServers();
  try {
    if (servers.length > 0) resolver.setServers(servers);
  } catch {
    // An address with a zone, which can be read and not set: the system knows it anyway.
  }
}

async function signingStep(key: ResolvedDkimKey, resolver: Resolver): Promise<DiagnosisStep> {
  const { domain, selector } = key;
  const name = keyRecordName(key);
  const publicKey = createPublicKey(key.privateKey);
  const record = recordToPublish(publicKey);
  const { state, message, advice } = await findingOf(name, publicKey, record, resolver);
  return {
    step: 'signing',
    status: state === 'ok' ? 'ok' : 'warning',
    message,
    ...(advice !== undefined && { advice }),
    facts: { domain, selector, name, algorithm: `${keyKind(publicKey)}-sha256`, state, record },
  };
}

async function findingOf(
  name: string,
  publicKey: KeyObject,
  record: string,
  resolver: Resolver,
): Promise<Finding> {
  const publish = `Publish ${name} TXT ${record} in the DNS`;
  try {
    const texts = (await resolver.resolveTxt(name)).map(strings => strings.join(''));
    if (texts.length === 0) return missing(name, publish);
    return texts.length === 1 && texts[0] !== undefined
      ? compared(name, texts[0], publicKey, publish)
      : {
          state: 'several',
          message: `${name} has ${texts.length} TXT records, of which receivers take any`,
          advice: `Leave one: ${name} TXT ${record}`,
        };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOTFOUND' || code === 'ENODATA') return missing(name, publish);
    return {
      state: 'unknown',
      message: `${name} could not be looked up (${code === undefined || code === 'ECANCELLED' ? 'no answer in time' : code})`,
      advice: 'Check that this machine’s name server works; whether receivers find the key is not known',
    };
  }
}

function missing(name: string, advice: string): Finding {
  return {
    state: 'missing',
    message: `There is no key at ${name}: receivers cannot verify what is signed`,
    advice,
  };
}

function compared(name: string, text: string, publicKey: KeyObject, publish: string): Finding {
  const read = readKeyRecord(text);
  const unusable = (what: string): Finding => ({
    state: 'unusable',
    message: `The record at ${name} ${what}`,
    advice: publish,
  });
  if (!read.tags) return unusable(read.problem);
  const { tags } = read;
  const p = tags.get('p');
  if (p === undefined) return unusable('has no tag p=');
  if (p === '')
    return {
      state: 'revoked',
      message: `The key at ${name} is revoked (p= is empty)`,
      advice: 'Sign with another key and another selector, or publish the key anew',
    };
  const kind = tags.get('k') ?? 'rsa';
  if (kind !== keyKind(publicKey))
    return unusable(`is for keys of the kind ${kind}, and mails are signed with ${keyKind(publicKey)} (k=)`);
  const hashes = tags.get('h');
  if (hashes !== undefined && !hashes.split(':').includes('sha256'))
    return unusable(`allows the hashes ${hashes} alone, and mails are signed with sha256 (h=)`);
  const services = tags.get('s');
  if (services !== undefined && !services.split(':').some(service => service === '*' || service === 'email'))
    return unusable(`is for ${services} and not for mail (s=)`);
  if (!holdsKey(p, publicKey))
    return {
      state: 'different',
      message: `The key at ${name} is another one than mails are signed with`,
      advice: `${publish}, or sign with the key that belongs to it`,
    };
  if ((tags.get('t') ?? '').split(':').includes('y'))
    return {
      state: 'testing',
      message: `The key at ${name} is the one that mails are signed with, but it is marked as a test (t=y)`,
      advice: 'Take t=y out of the record when signatures are to count',
    };
  return { state: 'ok', message: `Mails are signed with the key that receivers find at ${name}` };
}
