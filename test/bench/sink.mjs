import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldChild, temporaryFolder } from './cleanup.mjs';
import { freePort, greeted } from './free-port.mjs';
import { tell } from './progress.mjs';

const PLACES = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/opt/homebrew/sbin'];

/**
 * @typedef {object} Sink a mail server that takes everything
 * @property {string} name what the table calls it
 * @property {number} port where it listens
 * @property {() => Promise<number>} count mails taken so far
 */

/**
 * Where a program of Postfix is.
 *
 * @param {string} name its name
 * @returns {string | undefined} its path
 */
export function postfixProgram(name) {
  return PLACES.map(place => join(place, name)).find(path => existsSync(path));
}

/**
 * The sink into which everything is timed: the one of Postfix, in C, when it is installed; else our own.
 *
 * @returns {Promise<Sink>} listening
 */
export async function startSink() {
  const program = postfixProgram('smtp-sink');
  return program === undefined ? startOwnSink() : startPostfixSink(program);
}

async function startOwnSink() {
  const child = heldChild(
    fork(join(import.meta.dirname, 'sink-process.mjs'), { stdio: ['ignore', 2, 2, 'ipc'] }),
  );
  const [{ port }] = await once(child, 'message');
  return {
    name: 'in-repo sink (Node.js)',
    port,
    async count() {
      child.send('count');
      const [{ count }] = await once(child, 'message');
      return count;
    },
  };
}

async function startPostfixSink(program) {
  const port = await freePort();
  const counters = join(temporaryFolder(), 'counters');
  // A file and no pipe: so nobody is woken for each mail.
  const output = await open(counters, 'w');
  const user = process.getuid?.() === 0 ? ['-u', await unprivilegedUser()] : [];
  const child = heldChild(
    spawn(program, [...user, '-c', `127.0.0.1:${port}`, '1000'], { stdio: ['ignore', output.fd, 2] }),
  );
  await output.close();
  const failed = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`smtp-sink has ended (${signal ?? `exit code ${code}`}).`);
  });
  await Promise.race([failed, greeted(port, AbortSignal.timeout(10_000))]);
  failed.catch(error => tell(error.message));
  return {
    name: 'smtp-sink (Postfix, C)',
    port,
    count: async () => {
      // The counter is written after the reply has gone out.
      await sleep(5);
      const text = await endOf(counters);
      const last = text.lastIndexOf('mesg=');
      return last < 0 ? 0 : Number.parseInt(text.slice(last + 5), 10);
    },
  };
}

async function endOf(file) {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(200), 0, 200, Math.max(0, size - 200));
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** As root, smtp-sink wants to know as whom to run. */
async function unprivilegedUser() {
  const users = await readFile('/etc/passwd', 'utf8');
  return users.split('\n').some(line => line.startsWith('postfix:')) ? 'postfix' : 'nobody';
}

/**
 * Waits until a sink has counted a number of mails.
 *
 * @param {Sink} sink the sink
 * @param {number} wanted how many it should have
 * @param {string} what for the error
 */
export async function holdCount(sink, wanted, what) {
  let seen = 0;
  for (let look = 0; look < 100; look++) {
    seen = await sink.count();
    if (seen === wanted) return;
    if (seen > wanted) break;
    await sleep(20);
  }
  throw new Error(`${what}: the sink has counted ${seen} mails and not ${wanted}.`);
}
