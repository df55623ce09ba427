import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { postfixProgram } from '../sink.mjs';

const TICKS_PER_SECOND = 100;

/**
 * Postfix's load generator, in C: it composes nothing, so it is near what a client can do at all.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad & { length: number, keepsConnections: boolean }} load what is sent where
 */
export async function open({ port, recipients, length, keepsConnections }) {
  const program = postfixProgram('smtp-source');
  const flags = ['-s', '5', '-l', String(length), '-f', 'no-reply@contoso.com', '-t', 'ann@contoso.com'];
  if (keepsConnections) flags.push('-d');
  if (recipients > 1) flags.push('-r', String(recipients));
  return {
    async run(count) {
      const before = await ticksOfChildren();
      const child = spawn(program, [...flags, '-m', String(count), `127.0.0.1:${port}`], {
        stdio: ['ignore', 2, 2],
      });
      const [code, signal] = await once(child, 'exit');
      if (code !== 0) throw new Error(`smtp-source ended with ${signal ?? code}`);
      const ticks = (await ticksOfChildren()) - before;
      // Where the system does not tell, the CPU time of this process would be no answer either.
      return { cpuUs: Number.isNaN(ticks) ? null : (ticks / TICKS_PER_SECOND) * 1e6 };
    },
    async close() {},
  };
}

/** CPU time of the children that have ended, as Linux tells it. */
async function ticksOfChildren() {
  const stat = await readFile('/proc/self/stat', 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}
