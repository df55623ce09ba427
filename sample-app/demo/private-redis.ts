import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HOST = '127.0.0.1';
const START_LIMIT_MS = 10_000;
const END_LIMIT_MS = 5000;
/** Ends the server when this process is gone, however it went: then nobody holds the other end of `read` any more. */
const HELD = '"$@" & read -r line; kill "$!"; wait "$!"';

/** A Redis of the demo's own, in a folder that goes with it: what the installed `redis-server` does on a free port. */
export class PrivateRedis {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** Its address, with the password that only the demo knows. */
    readonly url: string,
  ) {}

  /**
   * Starts one.
   *
   * @param env `PATH` is where the program is looked for
   * @param temporary folder in which it makes its own
   * @returns undefined when `redis-server` is not installed
   * @throws Error when it does not start
   */
  static async start(env: NodeJS.ProcessEnv, temporary: string): Promise<PrivateRedis | undefined> {
    const program = await programIn(env['PATH'] ?? '', 'redis-server');
    if (program === undefined) return undefined;
    const folder = await mkdtemp(join(temporary, 'nest-mailroom-redis-'));
    const port = await freePort();
    const password = randomBytes(24).toString('hex');
    const configuration = join(folder, 'redis.conf');
    const lines = [
      `port ${port}`,
      `bind ${HOST}`,
      `requirepass ${password}`,
      `dir "${folder}"`,
      'appendonly yes',
      'maxmemory-policy noeviction',
      'save ""',
      `logfile "${join(folder, 'redis.log')}"`,
    ];
    await writeFile(configuration, `${lines.join('\n')}\n`, { mode: 0o600 });
    // A group of its own: Ctrl-C is for the demo, which ends the store last.
    const child = spawn('sh', ['-c', HELD, 'sh', program, configuration], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    const redis = new PrivateRedis(child, folder, `redis://:${password}@${HOST}:${port}`);
    try {
      await answers(port, password);
      return redis;
    } catch (error) {
      await redis.close();
      throw error;
    }
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.stdin?.end();
      await Promise.race([ended, sleep(END_LIMIT_MS, undefined, { ref: false })]);
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function programIn(path: string, name: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(part => part !== '')) {
    const program = join(folder, name);
    const found = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return program;
  }
  return undefined;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (typeof address !== 'object' || address === null) throw new Error('No port is free');
  return address.port;
}

/** Waits until it answers to its password: the port alone might have been taken by another meanwhile. */
async function answers(port: number, password: string): Promise<void> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  while (!limit.aborted) {
    const reply = await asked(port, `AUTH ${password}\r\nPING\r\n`);
    if (reply.includes('+PONG')) return;
    await sleep(50);
  }
  throw new Error(`redis-server does not answer on port ${port} within ${START_LIMIT_MS / 1000} seconds`);
}

async function asked(port: number, commands: string): Promise<string> {
  const socket: Socket = connect(port, HOST);
  let reply = '';
  try {
    await once(socket, 'connect');
    socket.setEncoding('utf8').on('data', (text: string) => (reply += text));
    socket.write(commands);
    for (let look = 0; look < 20 && !/PONG|-\w+/.test(reply); look++) await sleep(10);
  } catch {
    // It does not listen yet.
  } finally {
    socket.destroy();
  }
  return reply;
}
