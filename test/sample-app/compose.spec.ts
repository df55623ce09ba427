import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { COMMANDS } from '../../lib/cli/commands.js';
import { appsettings } from '../../lib/core/settings/appsettings.js';
import { readMailSettings } from '../../lib/core/settings/read-mail-settings.js';
import { unreadVariables } from '../../lib/core/settings/unread-variables.js';
import { mailQueueOptions } from '../../sample-app/shared/mail-queue.js';

const ROOT = process.cwd();
const SAMPLE = join(ROOT, 'sample-app');

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly replicas: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<'redis' | 'postgres' | 'server' | 'worker', Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const text = readFileSync(join(SAMPLE, 'compose.yaml'), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as ComposeFile;
const { redis, postgres, server, worker } = services;
const all = Object.entries(services);
const dockerfile = readFileSync(join(SAMPLE, 'Dockerfile'), 'utf8');

/** What a variable of the compose file is when the file beside it gives those that have no default. */
function filled(value: string, given: Readonly<Record<string, string>> = {}): string {
  const inner = /\$\{(\w+)(?::([?-])([^${}]*))?\}/;
  let result = value;
  for (let found = inner.exec(result); found; found = inner.exec(result)) {
    const [whole, name = '', kind, word = ''] = found;
    result = result.replace(whole, () => given[name] ?? (kind === '-' ? word : `given-${name}`));
  }
  return result;
}

function environmentOf(
  { environment = {} }: Service,
  given?: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value, given)]));
}

/** Text of what the sample is made of. */
function source(...path: string[]): string {
  return readFileSync(join(SAMPLE, ...path), 'utf8');
}

describe('The compose file of the sample', () => {
  it('has the two stores, two workers and the server', () => {
    expect(Object.keys(services).toSorted()).toEqual(['postgres', 'redis', 'server', 'worker']);
    expect(worker.deploy?.replicas).toBe(2);
    expect(server.deploy).toBeUndefined();
  });

  it('names images with a version, and builds its own from a file that is there', () => {
    expect(redis.image).toMatch(/^redis:\d+\.\d+-alpine$/);
    expect(postgres.image).toMatch(/^postgres:\d+-alpine$/);
    for (const { build } of [server, worker]) {
      expect(build).toEqual({ context: '..', dockerfile: 'sample-app/Dockerfile' });
      expect(existsSync(join(ROOT, build?.dockerfile ?? 'none'))).toBe(true);
    }
  });

  it('runs a Redis that forgets nothing that it has confirmed, and throws nothing away', () => {
    const line = redis.command?.at(-1) ?? '';
    for (const flag of ['--appendonly yes', '--appendfsync always', '--maxmemory-policy noeviction'])
      expect(line).toContain(flag);
    expect(redis.volumes).toEqual(['redis:/data']);
    expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql/data']);
    expect(Object.keys(volumes).toSorted()).toEqual(['postgres', 'redis']);
  });

  it('asks every service whether it is well, and starts the others when Redis is', () => {
    expect(all.filter(([, { healthcheck }]) => healthcheck?.test[0] !== 'CMD')).toEqual([]);
    for (const { depends_on } of [server, worker])
      expect(depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  });

  it('gives everything more time to end than mails under way get', () => {
    const seconds = all.map(([, { stop_grace_period }]) =>
      Number(/^(\d+)s$/.exec(stop_grace_period ?? '')?.[1]),
    );
    // The default of shutdownTimeoutMs, and some for the rest.
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(20);
  });

  it('holds no secret itself', () => {
    const secrets = all.flatMap(([service, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([name]) => /PASSWORD|SECRET|KEYS|AUTH|CONNECTION/i.test(name))
        .map(([name, value]) => ({ service, name, value })),
    );
    expect(secrets.length).toBeGreaterThan(6);
    expect(secrets.filter(({ value }) => !/^\$\{\w+:[?-].*\}$/.test(value))).toEqual([]);
    expect(readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n')).toContain('sample-app/.env');
    expect(source('Dockerfile.dockerignore').split('\n')).toContain('**/.env');
  });

  it.each(['server', 'worker'] as const)('tells the %s nothing but what it reads', name => {
    const env = environmentOf(services[name], {
      MAIL_FROM: 'a@contoso.com',
      MAIL_CATCH_ALL: 'b@contoso.com',
    });
    const { problems, warnings } = readMailSettings(appsettings([], env)());
    expect({ problems, warnings, unread: unreadVariables(env) }).toEqual({
      problems: [],
      warnings: [],
      unread: [],
    });
    const read = [source('shared', 'mail-queue.ts'), source('server', 'appsettings.json')].join('\n');
    for (const variable of Object.keys(env).filter(
      key => !key.startsWith('MailSettings__') && key !== 'NODE_ENV',
    ))
      expect(read).toMatch(new RegExp(`'${variable}'|"${variable.split('__').at(-1) ?? ''}"`));
  });

  it('leads server and workers to one queue, in Redis unless told otherwise', () => {
    const options = [server, worker].map(service =>
      mailQueueOptions(environmentOf(service, { REDIS_PASSWORD: 'abc', MAIL_QUEUE_KEYS: 'one two' })),
    );
    const expected = { connection: 'redis://:abc@redis:6379', keys: ['one', 'two'] };
    expect(options).toEqual([expected, expected]);
    const postgresAddress = 'postgres://mail:abc@postgres/mail';
    const over = mailQueueOptions(environmentOf(worker, { MAIL_QUEUE_CONNECTION: postgresAddress }));
    expect(over?.connection).toEqual({ postgres: postgresAddress });
    expect(postgres.profiles).toEqual(['postgres']);
  });

  it('shows the page of the server on this machine alone, where its settings let it listen', () => {
    const { Server__Port: port = '', Server__PublicUri: uri } = environmentOf(server);
    expect(server.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(uri).toBe(`http://127.0.0.1:${port}`);
    expect(server.healthcheck?.test.at(-1)).toContain(`http://127.0.0.1:${port}/`);
    for (const { ports } of [redis, postgres, worker]) expect(ports).toBeUndefined();
  });

  it('starts programs that the build makes, and asks workers by a command of the package', () => {
    for (const { command = [] } of [server, worker]) {
      expect(command[0]).toBe('node');
      expect(existsSync(join(ROOT, (command[1] ?? '').replace('/dist/', '/').replace(/\.js$/, '.ts')))).toBe(
        true,
      );
    }
    const [, node, program, command = ''] = worker.healthcheck?.test ?? [];
    expect([node, program]).toEqual(['node', 'dist/cli/main.js']);
    expect(Object.keys(COMMANDS)).toContain(command);
    expect(text).toContain('exec worker node dist/cli/main.js queue status');
  });
});

describe('The image of the sample', () => {
  it('copies what is there', () => {
    const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied).toEqual(
      expect.arrayContaining(['package.json', 'package-lock.json', 'lib', 'sample-app']),
    );
    expect(copied.filter(name => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it('has what the build of the package reads', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(dockerfile).toContain('npm run build && npx nest build sample-app');
    expect(scripts['build']).toBe('nest build && rollup --config --silent');
    for (const name of [
      'nest-cli.json',
      'rollup.config.mjs',
      'tsconfig.build.json',
      'tsconfig.sample-app.json',
    ])
      expect(dockerfile).toContain(name);
  });

  it('is of a version of Node.js that the package runs on, and runs as nobody special', () => {
    const [, version] = /^FROM node:(\d+)-/m.exec(dockerfile) ?? [];
    expect(Number(version)).toBeGreaterThanOrEqual(20);
    expect(dockerfile).toContain('USER node');
  });
});
