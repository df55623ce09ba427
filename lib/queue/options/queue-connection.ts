import type { RedisOptions } from 'ioredis';
import type { PoolConfig } from 'pg';
import { parseUrl } from '../../core/address/parse-url.js';
import { Concealed } from '../../core/redaction/concealed.js';
import { visible } from '../../core/redaction/printable.js';
import type { OptionReader, ReportOption } from '../../core/settings/options/option-reader.js';
import { isOptionObject, kindOf } from '../../core/settings/options/value-kind.js';

/** How the store of a queue is reached. */
export type QueueConnection =
  | { readonly kind: 'redis'; readonly options: Concealed<RedisOptions | string>; readonly label: string }
  | { readonly kind: 'postgres'; readonly options: Concealed<PoolConfig | string>; readonly label: string };

const REDIS_PORT = 6379;
const POSTGRES_PORT = 5432;
const EXAMPLES = "'redis://localhost:6379', or { postgres: 'postgres://user@host/database' }";
/** What is said where no connection is given. */
export const NO_CONNECTION = `is missing; give ${EXAMPLES}`;
const UNDEFINED = "is undefined; give 'postgres://user@host/database', or options of pg";
const ENCODE =
  'cannot be read as a URL; a user name or a password in it is percent-encoded: "@" is %40, "/" is %2F, "#" is %23';

/** Reads the option `connection` into a {@link QueueConnection}. Never shows a user name or a password. */
export const queueConnection: OptionReader = (value, key, report) => {
  if (typeof value === 'string') return redisAddress(value, key, report);
  if (!isOptionObject(value)) {
    report(key, `must be ${EXAMPLES}, but is ${kindOf(value)}`);
    return undefined;
  }
  // Also where it is undefined: a variable that is not set must not mean the Redis of this machine.
  return 'postgres' in value ? postgres(value, key, report) : redisOptions(value, key, report);
};

function redisAddress(text: string, key: string, report: ReportOption): QueueConnection | undefined {
  const address = text.trim();
  const say = (message: string): undefined => void report(key, message);
  if (address === '') return say(`is empty; give ${EXAMPLES}`);
  if (/^postgres(?:ql)?:/i.test(address))
    return say("is the URL of PostgreSQL, which is written as { postgres: 'postgres://…' }");
  if (/^\/[^/]/.test(address)) {
    const [path = '', query = ''] = address.split('?');
    if (new URLSearchParams(query).has('keyPrefix')) return say(KEY_PREFIX);
    return { kind: 'redis', options: new Concealed(address), label: visible(path) };
  }
  if (!/^rediss?:\/\//i.test(address))
    return say(
      'must begin with redis:// or with rediss:// for TLS, also for Valkey, or be the path of a socket',
    );
  const url = storeUrl(address);
  if (!url) return say(ENCODE);
  if (url.searchParams.has('keyPrefix')) return say(KEY_PREFIX);
  const database = /^\/(\d+)$/.exec(url.pathname)?.[1] ?? url.searchParams.get('db') ?? '0';
  if (!/^\/?$|^\/\d+$/.test(url.pathname))
    return say(
      'names a database that is no number; databases of Redis are numbers, as in redis://localhost:6379/2',
    );
  return {
    kind: 'redis',
    options: new Concealed(address),
    label: labelOf(url.hostname || 'localhost', url.port || REDIS_PORT, database === '0' ? '' : database),
  };
}

const KEY_PREFIX = 'has keyPrefix, which BullMQ cannot work with; use the option prefix';

function redisOptions(options: object, key: string, report: ReportOption): QueueConnection | undefined {
  const field = (name: string): unknown => Reflect.get(options, name);
  const say = (path: string, message: string): undefined => void report(path, message);
  if (typeof field('duplicate') === 'function' || typeof field('sendCommand') === 'function')
    return say(
      key,
      'is a client; give the options or the URL that it is made with, as the queue makes clients of its own',
    );
  if (typeof field('query') === 'function')
    return say(
      key,
      'is a client or a pool of PostgreSQL; give { postgres: … } with the options that it is made with',
    );
  if (field('keyPrefix') !== undefined) return say(key, KEY_PREFIX);
  const meant = Object.keys(options).find(name => /^(?:postgres|pg|pool)/i.test(name));
  if (meant !== undefined) return say(`${key}.${meant.slice(0, 40)}`, 'is not known; did you mean postgres?');
  for (const name of ['url', 'connectionString'])
    if (field(name) !== undefined)
      return say(`${key}.${name}`, `is no option of ioredis; give the URL itself as ${key}`);
  const host = field('host');
  const elsewhere = field('path') !== undefined || field('sentinels') !== undefined;
  if ('host' in options && host === undefined && !elsewhere)
    return say(
      `${key}.host`,
      'is undefined; give a host name, or leave it out for the Redis of this machine',
    );
  if (host !== undefined && (typeof host !== 'string' || host.trim() === ''))
    return say(`${key}.host`, `must be a host name, but is ${kindOf(host)}`);
  const port = field('port');
  if (port !== undefined && !isPort(port))
    return say(`${key}.port`, `must be a port from 1 to 65535, but is ${kindOf(port)}`);
  return { kind: 'redis', options: new Concealed(options), label: redisLabel(field) };
}

function redisLabel(field: (name: string) => unknown): string {
  const path = field('path');
  if (typeof path === 'string') return visible(path);
  if (Array.isArray(field('sentinels'))) return `Sentinel "${visible(textOf(field('name'), '?'))}"`;
  const database = textOf(field('db'), '0');
  return labelOf(
    textOf(field('host'), 'localhost'),
    textOf(field('port'), String(REDIS_PORT)),
    database === '0' ? '' : database,
  );
}

function postgres(options: object, key: string, report: ReportOption): QueueConnection | undefined {
  const path = `${key}.postgres`;
  const say = (message: string): undefined => void report(path, message);
  const others = Object.keys(options).filter(name => name !== 'postgres');
  if (others.length > 0)
    return void report(
      key,
      'has other fields beside postgres; the options of pg stand in it: { postgres: { host: … } }',
    );
  const given: unknown = Reflect.get(options, 'postgres');
  if (typeof given === 'string') return postgresAddress(given, path, report);
  if (given === undefined) return say(UNDEFINED);
  if (!isOptionObject(given)) return say(`must be a URL or options of pg, but is ${kindOf(given)}`);
  const field = (name: string): unknown => Reflect.get(given, name);
  if (typeof field('connect') === 'function')
    return say(
      'is a client or a pool; give the options or the URL that it is made with, as the queue makes a pool of its own',
    );
  const text = field('connectionString');
  if ('connectionString' in given && text === undefined)
    return void report(`${path}.connectionString`, UNDEFINED);
  const named = text === undefined ? undefined : postgresAddress(text, `${path}.connectionString`, report);
  if (text !== undefined && !named) return undefined;
  const label =
    named?.label ??
    labelOf(
      textOf(field('host'), process.env['PGHOST'] ?? 'localhost'),
      textOf(field('port'), process.env['PGPORT'] ?? String(POSTGRES_PORT)),
      textOf(field('database'), process.env['PGDATABASE'] ?? ''),
    );
  return { kind: 'postgres', options: new Concealed(given), label };
}

function postgresAddress(value: unknown, key: string, report: ReportOption): QueueConnection | undefined {
  if (typeof value !== 'string' || !/^postgres(?:ql)?:\/\//i.test(value.trim()))
    return void report(key, 'must begin with postgres://, as in postgres://user@host:5432/database');
  const address = value.trim();
  const url = storeUrl(address);
  if (!url) return void report(key, ENCODE);
  const host = url.hostname || url.searchParams.get('host') || 'localhost';
  return {
    kind: 'postgres',
    options: new Concealed(address),
    label: labelOf(host, url.port || POSTGRES_PORT, url.pathname.slice(1)),
  };
}

/**
 * Reads the URL of a store. Where a password holds "/", "?" or "#" as it is, the URL may still be one, of another host, with a
 * piece of the password in what is shown of it.
 */
function storeUrl(address: string): URL | undefined {
  const url = parseUrl(address);
  return url && url.hash === '' && !/@/.test(url.pathname + url.search) ? url : undefined;
}

function labelOf(host: string, port: string | number, database: string): string {
  return visible(`${host}:${port}${database === '' ? '' : `/${database}`}`);
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}

function isPort(value: unknown): boolean {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}
