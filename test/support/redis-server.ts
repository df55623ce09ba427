import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.js';
import { findProgram } from './installed-program.js';
import { PrivateServer } from './private-server.js';

/** What a test wants of its Redis. */
export interface RedisServerOptions {
  /** `appendfsync` of the append-only file. @default no append-only file: a killed server forgets everything */
  readonly aof?: 'always' | 'everysec' | 'no';
  /** Such as `4mb`. @default no limit */
  readonly maxmemory?: string;
  /** `maxmemory-policy`. @default 'noeviction' */
  readonly policy?: string;
  /** @default none */
  readonly password?: string;
  /** @default a free one */
  readonly port?: number;
}

const HOW_TO_INSTALL =
  'These tests need Redis and are not skipped without it. Install it with "apt-get install redis-server".';
const CLI_TIMEOUT_MS = 20_000;
/** An answer to a look at the server; a stopped one gives none. */
const PING_TIMEOUT_MS = 1000;

/** A real Redis that belongs to one test: on 127.0.0.1 only, in a folder of its own. It ends with the test process. */
export class RedisServer extends PrivateServer {
  readonly #options: RedisServerOptions;
  readonly #program: string;

  private constructor(program: string, port: number, options: RedisServerOptions) {
    super(port);
    this.#program = program;
    this.#options = options;
  }

  /**
   * Starts an empty server; done when it answers. End it with {@link close}.
   *
   * @throws Error saying how to install Redis when there is none, or what it said when it does not start
   */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const program = findProgram('redis-server', HOW_TO_INSTALL);
    const [free = 0] = options.port === undefined ? await freePorts(1) : [options.port];
    const server = new RedisServer(program, free, options);
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** For clients, with the password where there is one. */
  get url(): string {
    const { password } = this.#options;
    const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
    return `redis://${login}${this.host}:${this.port}`;
  }

  /** Process id of the server while it runs. */
  get pid(): number {
    return Number(readFileSync(this.#pidFile, 'utf8'));
  }

  /** Sends it a signal and waits for its end. What it had not on disk is gone with SIGKILL. */
  override async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (signal === 'SIGKILL') await this.processes?.kill();
    else if (this.processes?.running === true) {
      process.kill(this.pid, signal);
      await this.processes.ended();
    }
    this.processes = undefined;
  }

  /** Has it stand still (SIGSTOP): connections stay open, and nothing is answered. */
  stop(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Lets it go on after {@link stop}. */
  cont(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Starts it again, on the same port and with what its folder holds; done when it answers. Kills it before if it runs. */
  async restart(): Promise<void> {
    await this.kill();
    // Written once the port is this server's: what answers before may be another's.
    rmSync(this.#pidFile, { force: true });
    const isThere = async (): Promise<boolean> => existsSync(this.#pidFile) && (await this.answers());
    await this.launch([this.#program, ...this.#arguments()], 'Redis', isThere);
  }

  /** Whether it answers PING: not while it reads its append-only file. */
  answers(): Promise<boolean> {
    const { password } = this.#options;
    const login = password === undefined ? '' : `AUTH "${password}"\r\n`;
    return new Promise(resolve => {
      const socket = connect(this.port, this.host);
      let said = '';
      const end = (answered: boolean): void => {
        socket.destroy();
        resolve(answered);
      };
      socket.setTimeout(PING_TIMEOUT_MS, () => end(false));
      socket.once('error', () => end(false));
      socket.once('close', () => end(false));
      socket.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('+PONG\r\n')) end(true);
        else if (said.includes('-')) end(false);
      });
      socket.write(`${login}PING\r\n`);
    });
  }

  /**
   * Carries out one command with `redis-cli`, such as `cli('CONFIG', 'SET', 'maxmemory', '1mb')`; resolves with what it prints.
   *
   * @throws Error when the server refuses the command or gives no answer
   */
  async cli(...args: readonly string[]): Promise<string> {
    const program = findProgram('redis-cli', HOW_TO_INSTALL);
    const { stdout } = await promisify(execFile)(
      program,
      ['-h', this.host, '-p', String(this.port), '-e', ...args],
      { env: { ...process.env, REDISCLI_AUTH: this.#options.password }, timeout: CLI_TIMEOUT_MS },
    );
    return stdout.trim();
  }

  #arguments(): string[] {
    const { aof, maxmemory, policy = 'noeviction', password } = this.#options;
    const parameters = {
      port: String(this.port),
      bind: this.host,
      dir: this.directory.path,
      pidfile: this.#pidFile,
      save: '',
      'maxmemory-policy': policy,
      ...(aof === undefined ? {} : { appendonly: 'yes', appendfsync: aof }),
      ...(maxmemory === undefined ? {} : { maxmemory }),
      ...(password === undefined ? {} : { requirepass: password }),
    };
    return Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, value]);
  }

  get #pidFile(): string {
    return join(this.directory.path, 'redis.pid');
  }
}
