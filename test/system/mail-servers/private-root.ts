import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessGroup } from '../../support/process-group.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { accepts } from './accepts.js';

/**
 * Makes a folder the root directory of a program that was compiled for fixed paths: `/usr` is the system's with the
 * unpacked packages laid over it, read-only; `/etc`, `/var`, `/run` and `/tmp` are the folder's own. The mounts are seen by this
 * program alone and end with it, as do all processes that it has started: nothing of the machine is touched.
 */
const ENTER = `
set -eu
root=$1 unpacked=$2
shift 2
mount --make-rprivate /
cd "$root"
mkdir -p usr proc dev run tmp var
for name in bin sbin lib lib64; do
  if [ -L "/$name" ]; then cp -P "/$name" .; elif [ -d "/$name" ]; then mkdir -p "$name"; mount --rbind "/$name" "$name"; fi
done
mount -t overlay overlay -o "lowerdir=$unpacked/usr:/usr" usr
mount --rbind /dev dev
mount -t proc proc proc
exec chroot . "$@"
`;

/** The accounts that the servers and the mailboxes have: within the root only. */
const ACCOUNTS = [
  ['root', 0],
  ['mail', 8],
  ['nobody', 65534],
  ['Debian-exim', 901],
  ['opensmtpd', 902],
  ['opensmtpq', 903],
] as const;

/** The account that owns the mailboxes. */
export const MAILBOX_ACCOUNT = { name: 'mail', id: 8 } as const;

const START_TIMEOUT_MS = 20_000;
const FILES: Readonly<Record<string, string>> = {
  'etc/passwd': lines(ACCOUNTS.map(([name, id]) => `${name}:x:${id}:${id}::/var/empty:/bin/false`)),
  'etc/group': lines(ACCOUNTS.map(([name, id]) => `${name}:x:${id}:`)),
  'etc/hosts': '127.0.0.1 localhost mail.contoso.test\n',
  'etc/mailname': 'mail.contoso.test\n',
  // No name server is asked for anything.
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
  'etc/resolv.conf': '',
};

/** A temporary folder that is the root directory of one server, and the processes of that server. */
export class PrivateRoot {
  readonly #directory: TemporaryDirectory = temporaryDirectory();
  readonly #unpacked: string;
  #processes: ProcessGroup | undefined;

  /** @param unpacked the folder with the unpacked packages */
  constructor(unpacked: string) {
    this.#unpacked = unpacked;
    // The server's processes run as users other than root, and must get through.
    chmodSync(this.#directory.path, 0o755);
    for (const folder of ['var/empty', 'var/log', 'var/run', 'var/spool', 'run', 'tmp'])
      mkdirSync(this.path(folder), { recursive: true, mode: 0o755 });
    chmodSync(this.path('tmp'), 0o1777);
    for (const [name, content] of Object.entries(FILES)) this.write(name, content);
  }

  /** Where a path of the server lies for us. */
  path(name: string): string {
    return join(this.#directory.path, 'root', name);
  }

  /** Writes a file of the server. */
  write(name: string, content: string): void {
    this.#directory.write(join('root', name), content);
  }

  /**
   * Starts the server, and waits until it listens.
   *
   * @throws Error with its output and log when it ends or does not listen in time
   */
  async start(program: string, args: readonly string[], ports: readonly number[]): Promise<void> {
    const enter = ['-c', ENTER, 'enter', this.path('.'), this.#unpacked, program, ...args];
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
    const processes = ProcessGroup.start('unshare', [...namespaces, '/bin/sh', ...enter], this.#outputFile);
    this.#processes = processes;
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (const port of ports)
      while (!(await accepts(port))) {
        if (!processes.running || Date.now() > deadline) {
          const log = this.log();
          await this.remove();
          throw new Error(`${program} did not start to listen on port ${port}. Its output and log:\n${log}`);
        }
        await sleep(20);
      }
  }

  /** Process ids of the server. */
  processIds(): number[] {
    return this.#processes?.members() ?? [];
  }

  /** What the server has printed and logged. */
  log(): string {
    const folder = this.path('var/log');
    const logs = existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
      : [];
    return [this.#outputFile, ...logs.map(entry => join(entry.parentPath, entry.name))]
      .filter(file => existsSync(file))
      .map(file => readFileSync(file, 'utf8'))
      .join('');
  }

  /** Ends the server and removes the folder; harmless when done twice. */
  async remove(): Promise<void> {
    await this.#processes?.kill();
    this.#processes = undefined;
    this.#directory.remove();
  }

  get #outputFile(): string {
    return join(this.#directory.path, 'output');
  }
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
