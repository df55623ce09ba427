import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Scenario } from './demo/scenario.js';
import { Stage } from './demo/stage.js';
import { Transcript } from './demo/transcript.js';
import { sentenceOf } from './shared/failure.js';
import { stopped, stopSignal } from './shared/stop-signal.js';

/** Plays the whole sample. Without `--once` the Server goes on running until Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const stop = stopSignal();
  const stage = new Stage();
  try {
    await stage.open(process.env);
    await play(stage, values.once, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
    // Stopped before the end: nobody knows whether all mails would have come.
    if (values.once) process.exitCode = 130;
  } finally {
    await stage.close();
  }
}

async function play(stage: Stage, isOnce: boolean, stop: AbortSignal): Promise<void> {
  const transcript = new Transcript(line => console.log(line));
  transcript.heading(`Server ${stage.url}`);
  const { smtp } = stage;
  if (smtp) transcript.line(`Embedded SMTP server ${smtp.address.host}:${smtp.address.port}`);
  else transcript.line('The settings name a mail server of their own; no SMTP server is embedded');
  const tally = await new Scenario(stage, transcript, stop).play();
  transcript.heading('Result');
  for (const line of tally.summary()) transcript.line(line);
  if (!tally.complete) process.exitCode = 1;
  if (isOnce || !tally.complete) return;
  smtp?.onMail(mail => transcript.mail('SMTP', mail));
  transcript.heading(`Running on ${stage.url}; mails are shown here. Ctrl-C ends it.`);
  await stopped(stop);
}

main().catch((failure: unknown) => {
  console.error(`The demo failed: ${sentenceOf(failure)}`);
  process.exitCode = 1;
});
