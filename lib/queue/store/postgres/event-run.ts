import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueEvents } from 'bullmq';

/** Between two beginnings, while the server is away. */
const AGAIN_MS = 1000;

/** Has events be read until they are closed. BullMQ gives up for good when the server is away as it begins. */
export async function runEvents(events: QueueEvents): Promise<void> {
  while (!events.closing) {
    try {
      await events.run();
      return;
    } catch {
      // What was wrong has been told by the connection.
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  }
}
