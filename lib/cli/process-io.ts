import { errnoOf, messageOf } from '../core/errors/error-facts.js';
import type { CommandIo } from './command-io.js';
import { UNUSABLE } from './exit-codes.js';
import { startTimer } from './start-timer.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The streams, environment and signals of this process. To be called once: it also listens to errors of the streams. */
export function processIo(): CommandIo {
  const { stdout, stderr, env } = process;
  let isTold = false;
  stdout.on('error', error => {
    // `| head`: nobody reads the rest.
    if (errnoOf(error) === 'EPIPE' || isTold) return;
    isTold = true;
    stderr.write(`The output cannot be written: ${messageOf(error)}\n`);
    process.once('exit', () => {
      process.exitCode = UNUSABLE;
    });
  });
  // There is nobody left to tell.
  stderr.on('error', () => {});
  return {
    stdout,
    stderr,
    env,
    get cwd() {
      return process.cwd();
    },
    startTimer,
    stopSignal,
    endProcess,
  };
}

/** A second signal finds no listener and ends the process. */
function stopSignal({ withOutput = false }: { withOutput?: boolean } = {}): AbortSignal {
  const stopping = new AbortController();
  const onSignal = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    stopping.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  if (withOutput) process.stdout.on('error', () => stopping.abort());
  return stopping.signal;
}

function endProcess(code: number, graceMs: number): void {
  if (graceMs === 0) process.exit(code);
  setTimeout(() => process.exit(code), graceMs).unref();
}
