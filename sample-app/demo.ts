import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Scenario } from './demo/scenario.js';
import type { NoRelay } from './demo/stage.js';
import { Stage } from './demo/stage.js';
import { Transcript } from './demo/transcript.js';
import { sentenceOf } from './shared/failure.js';
import { stopped, stopSignal } from './shared/stop-signal.js';

const NO_RELAY: Readonly<Record<NoRelay, string>> = {
  'other directory': 'The Agent does not write into a folder of the demo; no Relay is started',
  'no server': 'The settings of the Relay name no mail server; it is not started',
};

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
  transcript.line(`Its mails and templates, to be looked at: ${stage.url}/mail`);
  const { smtp, relay } = stage;
  if (smtp) transcript.line(`Embedded SMTP server ${smtp.address.host}:${smtp.address.port}`);
  else transcript.line('The settings name a mail server of their own; no SMTP server is embedded');
  transcript.line(
    typeof relay === 'string'
      ? NO_RELAY[relay]
      : `Pickup directory ${relay.directory}; the Relay empties it into ${relay.smtp ? 'the embedded SMTP server' : 'the mail server of its settings'}`,
  );
  const tally = await new Scenario(stage, transcript, stop).play();
  transcript.heading('Result');
  for (const line of tally.summary()) transcript.line(line);
  if (!tally.complete) process.exitCode = 1;
  if (isOnce || !tally.complete) return;
  smtp?.onMail(mail => transcript.mail('SMTP', mail));
  transcript.heading(`Running on ${stage.url}; mails are shown here. Ctrl-C ends it.`);
  if (typeof relay !== 'string')
    transcript.line(
      `The Relay goes on emptying ${relay.directory}: put a mail there, *.eml, to see it leave`,
    );
  await stopped(stop);
}

main().catch((failure: unknown) => {
  console.error(`The demo failed: ${sentenceOf(failure)}`);
  process.exitCode = 1;
});
