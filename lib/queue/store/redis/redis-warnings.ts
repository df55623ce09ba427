import type { Redis } from 'ioredis';
import { visible } from '../../../core/redaction/printable.js';
import type { TimeLimit } from './time-limit.js';

/** Oldest version that BullMQ is made for. */
const OLDEST = [6, 2] as const;

/**
 * What an administrator should know of how a Redis keeps what it is given. Says nothing of what it does not tell: `CONFIG` is
 * forbidden in many places.
 */
export async function redisWarnings(client: Redis, limit: TimeLimit): Promise<readonly string[]> {
  const ask = <T>(answer: Promise<T>): Promise<T | undefined> =>
    limit.wait(
      answer.catch(() => undefined),
      false,
    );
  const info = facts((await ask(client.info())) ?? '');
  const setting = async (name: string): Promise<string | undefined> => {
    const answer: unknown = await ask(client.config('GET', name));
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  };
  const policy = info.get('maxmemory_policy') ?? (await setting('maxmemory-policy'));
  const persisted =
    info.get('aof_enabled') !== '0' ||
    (await setting('save').then(save => save === undefined || save !== ''));
  return [
    ...(policy !== undefined && policy !== 'noeviction'
      ? [
          `Redis may remove mails when its memory is full: maxmemory-policy is ${visible(policy)} and must be noeviction.`,
        ]
      : []),
    ...(persisted
      ? []
      : [
          'Redis keeps nothing on disk: mails in the queue are lost when it ends. Set appendonly yes, and appendfsync always where no second of records may be lost.',
        ]),
    ...(info.get('role') === 'slave'
      ? [
          'This Redis is a read-only replica, which takes no mails: name the master, or Sentinels, which know it.',
        ]
      : []),
    ...(info.get('cluster_enabled') === '1'
      ? ['This is a Redis Cluster, which is not supported: name a single Redis, or Sentinels.']
      : []),
    ...(isOld(info)
      ? [`Redis is of version ${visible(info.get('redis_version') ?? '')}: 6.2 or later is needed.`]
      : []),
  ];
}

/** Valkey tells a version of Redis that it can stand for, beside its own. */
function isOld(info: ReadonlyMap<string, string>): boolean {
  const [major, minor] = (info.get('redis_version') ?? '').split('.').map(Number);
  if (major === undefined || minor === undefined || Number.isNaN(major + minor)) return false;
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function facts(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );
}
