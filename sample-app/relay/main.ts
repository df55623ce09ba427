import 'reflect-metadata';
import type { RelayEvent } from 'nest-mailroom/relay';
import { MailRelay } from 'nest-mailroom/relay';
import { sentenceOf } from '../shared/failure.js';
import { stopped, stopSignal } from '../shared/stop-signal.js';
import { createRelay } from './create-relay.js';

/** `node sample-app/dist/relay/main.js`: empties the pickup directory until Ctrl-C or SIGTERM. */
async function main(): Promise<void> {
  const stop = stopSignal();
  const app = await createRelay(process.env, tell);
  const relay = app.get(MailRelay);
  console.log(`The Relay empties ${relay.directory}; Ctrl-C ends it`);
  await stopped(stop);
  await app.close();
  const { sent, rejected, backlog } = await relay.status();
  console.log(`${sent} sent, ${rejected} moved to the badmail folder, ${backlog} left in the folder`);
}

/** One line for each mail that was sent; Nest's log has one for each that was not. */
function tell(event: RelayEvent): void {
  if (event.type === 'sent')
    console.log(
      `${event.file}: sent, recipients: ${event.recipients}, ${event.messageId || 'no Message-ID'}`,
    );
}

main().catch((failure: unknown) => {
  console.error(sentenceOf(failure));
  process.exitCode = 1;
});
