import 'reflect-metadata';
import { sentenceOf } from '../shared/failure.js';
import { stopped, stopSignal } from '../shared/stop-signal.js';
import { createWorker } from './create-worker.js';

/** `node sample-app/dist/worker/main.js`: delivers what is in the queue until Ctrl-C or SIGTERM. */
async function main(): Promise<void> {
  const stop = AbortSignal.any([stopSignal(), parentGone()]);
  const app = await createWorker();
  console.log('The Worker delivers what is in the queue; Ctrl-C ends it');
  await stopped(stop);
  await app.close();
  // The channel of a parent that is still there would keep the process.
  if (process.connected) process.disconnect();
}

/** Fires when a parent that has started this process with a channel, as the demo does, is gone. */
function parentGone(): AbortSignal {
  const gone = new AbortController();
  process.once('disconnect', () => gone.abort());
  return gone.signal;
}

main().catch((failure: unknown) => {
  console.error(sentenceOf(failure));
  process.exitCode = 1;
  if (process.connected) process.disconnect();
});
