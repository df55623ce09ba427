import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { QueryResult } from 'pg';
import { errnoOf } from '../../lib/core/errors/error-facts.js';
import { freePorts } from './free-ports.js';
import { findProgram } from './installed-program.js';
import { PrivateServer } from './private-server.js';

/** What a test wants of its PostgreSQL. */
export interface PostgresServerOptions {
  /** Whether it waits for the disk at each COMMIT. A killed server loses nothing without it; a machine without power does. @default false */
  readonly fsync?: boolean;
  /** Further parameters, such as `{ max_connections: '20' }`. @default none */
  readonly parameters?: Readonly<Record<string, string>>;
}

const HOW_TO_INSTALL =
  'These tests need PostgreSQL and are not skipped without it. Install it with "apt-get install postgresql".';
/** Debian's folder, which is in nobody's search path. */
const VERSIONS = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root. This account owns nothing else. */
const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const START_TIMEOUT_MS = 30_000;
const SQL_TIMEOUT_MS = 20_000;

/** A real PostgreSQL that belongs to one test: on 127.0.0.1 and a socket in a folder of its own. It ends with the test process. */
export class PostgresServer extends PrivateServer {
  readonly #bin: string;
  readonly #options: PostgresServerOptions;

  private constructor(bin: string, port: number, options: PostgresServerOptions) {
    super(port);
    this.#bin = bin;
    this.#options = options;
  }

  /**
   * Makes an empty server and starts it; done when it answers. That takes some seconds: one for a file of tests, each with a
   * database or a schema of its own, is enough. End it with {@link close}.
   *
   * @throws Error saying how to install PostgreSQL when there is none, or what it said when it does not start
   */
  static async start(options: PostgresServerOptions = {}): Promise<PostgresServer> {
    const bin = dirname(findProgram('initdb', HOW_TO_INSTALL, versions()));
    const [port = 0] = await freePorts(1);
    const server = new PostgresServer(bin, port, options);
    try {
      await server.#initialize();
      await server.restart();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** For clients: everybody on this machine is let in without a password. */
  get url(): string {
    return this.urlOf('postgres');
  }

  /** The address of another database. */
  urlOf(database: string): string {
    return `postgres://postgres@${this.host}:${this.port}/${database}`;
  }

  /** The folder of its socket, which `pg` takes as `host`. */
  get socketDirectory(): string {
    return this.directory.path;
  }

  /** Process id of the server while it runs. */
  get pid(): number {
    return Number(readFileSync(this.#pidFile, 'utf8').split('\n')[0]);
  }

  /** Kills all its processes (SIGKILL), as a crash does, and waits until none is left. */
  override async kill(): Promise<void> {
    if (this.processes?.running === true) {
      const { pid } = this;
      // It starts no more of them meanwhile. They leave its process group, and one that lives keeps it from starting again.
      signalIfThere(pid, 'SIGSTOP');
      const children = childrenOf(pid);
      for (const child of children) signalIfThere(child, 'SIGKILL');
      await this.processes.kill();
      while (children.some(isAlive)) await sleep(5);
      // A dead process that the system has not yet put away would count as a server that runs.
      for (const file of [this.#pidFile, join(this.socketDirectory, `.s.PGSQL.${this.port}.lock`)])
        rmSync(file, { force: true });
    }
    this.processes = undefined;
  }

  /** Has all its processes stand still (SIGSTOP): connections stay open, and nothing is answered. */
  stop(): void {
    const { pid } = this;
    for (const each of [pid, ...childrenOf(pid)]) signalIfThere(each, 'SIGSTOP');
  }

  /** Lets it go on after {@link stop}. */
  cont(): void {
    const { pid } = this;
    for (const each of [...childrenOf(pid), pid]) signalIfThere(each, 'SIGCONT');
  }

  /** Starts it again, on the same port and with what its folder holds; done when it answers. Kills it before if it runs. */
  async restart(): Promise<void> {
    await this.kill();
    const command = asNobody(join(this.#bin, 'postgres'), this.#arguments());
    await this.launch(command, 'PostgreSQL', () => this.#answers());
  }

  /** Carries out SQL with a connection of its own; resolves with the rows, of the last statement where there are several. */
  async sql(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new Client({
      connectionString: this.urlOf(database),
      connectionTimeoutMillis: SQL_TIMEOUT_MS,
      query_timeout: SQL_TIMEOUT_MS,
    });
    // The server may be killed while the connection is open.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const result: QueryResult<Record<string, unknown>> | QueryResult<Record<string, unknown>>[] =
        await client.query<Record<string, unknown>>(text);
      return [result].flat().at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  }

  async #initialize(): Promise<void> {
    mkdirSync(this.#data, { mode: 0o700 });
    if (isRoot()) {
      chmodSync(this.directory.path, 0o755);
      for (const path of [this.directory.path, this.#data]) chownSync(path, NOBODY, NOBODY);
    }
    const args = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
    const [program = '', ...rest] = asNobody(join(this.#bin, 'initdb'), [...args, '-D', this.#data]);
    await promisify(execFile)(program, rest, { cwd: '/', timeout: START_TIMEOUT_MS });
  }

  async #answers(): Promise<boolean> {
    return this.sql('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  #arguments(): string[] {
    const parameters = {
      port: String(this.port),
      listen_addresses: this.host,
      unix_socket_directories: this.directory.path,
      fsync: this.#options.fsync === true ? 'on' : 'off',
      ...this.#options.parameters,
    };
    return [
      '-D',
      this.#data,
      ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
  }

  get #pidFile(): string {
    return join(this.#data, 'postmaster.pid');
  }

  get #data(): string {
    return join(this.directory.path, 'data');
  }
}

/** Folders with the programs of each installed version, the newest first. */
function versions(): string[] {
  try {
    const numbers = readdirSync(VERSIONS).map(Number).filter(Number.isInteger);
    return numbers.toSorted((a, b) => b - a).map(number => join(VERSIONS, String(number), 'bin'));
  } catch {
    return [];
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function asNobody(program: string, args: readonly string[]): string[] {
  return [...(isRoot() ? AS_NOBODY : []), program, ...args];
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Of another realm than the test's: `instanceof Error` says no.
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

/** Process ids of the children of a process. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => statOf(pid)?.parent === parent);
}

/** A zombie does nothing any more; when it vanishes is up to the system's first process. */
function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    // "pid (name) state parent …"; the name may hold blanks and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
