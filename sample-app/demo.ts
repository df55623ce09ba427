import 'reflect-metadata';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { playDemo } from './demo/play-demo.js';
import { sentenceOf } from './shared/failure.js';
import { stopSignal } from './shared/stop-signal.js';

/**
 * `node sample-app/dist/demo.js [--once] [--queue]`: without `--once` the Server goes on running until Ctrl-C; with `--queue` its mails
 * go through a queue and a Worker.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean', default: false }, queue: { type: 'boolean', default: false } },
  });
  process.exitCode = await playDemo({
    once: values.once,
    queue: values.queue,
    env: process.env,
    temporary: tmpdir(),
    stop: stopSignal(),
    write: line => console.log(line),
  });
}

main().catch((failure: unknown) => {
  console.error(`The demo failed: ${sentenceOf(failure)}`);
  process.exitCode = 1;
});
