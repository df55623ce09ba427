import type { LogLevel } from '@nestjs/common';
import { stopped } from '../shared/stop-signal.js';
import type { DemoQueue } from './demo-queue.js';
import { Scenario } from './scenario.js';
import type { NoRelay } from './stage.js';
import { Stage } from './stage.js';
import { Transcript } from './transcript.js';

const NO_RELAY: Readonly<Record<NoRelay, string>> = {
  'other directory': 'The Agent does not write into a folder of the demo; no Relay is started',
  'no server': 'The settings of the Relay name no mail server; it is not started',
};

/** How the demo is played. */
export interface DemoOptions {
  /** Whether it ends after the scenario; else the Server goes on running until it is stopped. */
  readonly once: boolean;
  /** Whether the mails of the Server go through a queue and a Worker. @default false */
  readonly queue?: boolean;
  /** Variables that lie over the `appsettings.json` of all applications. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder in which it makes the pickup directory. */
  readonly temporary: string;
  /** Ends it. */
  readonly stop: AbortSignal;
  /** Takes a line of what is shown. */
  readonly write: (line: string) => void;
  /** What the applications log. @default warnings and errors */
  readonly logger?: LogLevel[];
}

/**
 * Plays the whole sample.
 *
 * @returns the exit code: 1 when mails are missing, 130 when it was stopped before the end of the scenario
 * @throws MailSettingsError when the settings cannot be used
 */
export async function playDemo(options: DemoOptions): Promise<number> {
  const { once, env, stop } = options;
  const stage = new Stage(options);
  try {
    await stage.open(env);
    return await play(stage, options);
  } catch (error) {
    if (!stop.aborted) throw error;
    // Stopped before the end: nobody knows whether all mails would have come.
    return once ? 130 : 0;
  } finally {
    await stage.close();
    const left = stage.leftInQueue;
    if (left !== 0)
      options.write(`  Left in the queue: ${left ?? 'nobody knows, its store does not answer'}`);
  }
}

async function play(stage: Stage, { once, stop, write }: DemoOptions): Promise<number> {
  const transcript = new Transcript(write);
  transcript.heading(`Server ${stage.url}`);
  transcript.line(`Its mails and templates, to be looked at: ${stage.previewUrl}`);
  const { smtp, relay, queue } = stage;
  if (smtp) transcript.line(`Embedded SMTP server ${smtp.address.host}:${smtp.address.port}`);
  else transcript.line('The settings name a mail server of their own; no SMTP server is embedded');
  transcript.line(
    typeof relay === 'string'
      ? NO_RELAY[relay]
      : `Pickup directory ${relay.directory}; the Relay empties it into ${relay.smtp ? 'the embedded SMTP server' : 'the mail server of its settings'}`,
  );
  if (queue)
    transcript.line(
      `Queue ${queue.place}; its mails are sealed. The Worker is started when the first wait in it`,
    );
  const tally = await new Scenario(stage, transcript, stop).play();
  transcript.heading('Result');
  for (const line of tally.summary()) transcript.line(line);
  if (queue) transcript.line(await summaryOf(queue));
  if (!tally.complete) return 1;
  if (once) return 0;
  smtp?.onMail(mail => transcript.mail('SMTP', mail));
  transcript.heading(`Running on ${stage.url}; mails are shown here. Ctrl-C ends it.`);
  if (typeof relay !== 'string')
    transcript.line(
      `The Relay goes on emptying ${relay.directory}: put a mail there, *.eml, to see it leave`,
    );
  await stopped(stop);
  return 0;
}

async function summaryOf(queue: DemoQueue): Promise<string> {
  const { delivered, counts } = await queue.summary();
  const left = counts.waiting + counts.active + counts.delayed;
  return `Queue: ${delivered} mails delivered by the Worker in process ${queue.workerPid ?? 'none'}; ${left} left, ${counts.failed} failed`;
}
