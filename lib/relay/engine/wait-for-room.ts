import { setTimeout as delay } from 'node:timers/promises';
import { isOutOfRoom } from '../spool/room.js';
import type { RelayBase, RelayMode } from './assemble-relay.js';
import { assembleRelay } from './assemble-relay.js';
import type { OngoingTrouble } from './ongoing-trouble.js';
import type { RelayEngine } from './relay-engine.js';

const AGAIN_MS = 1000;

/**
 * Puts the working part of a relay together. On a full disk a relay that watches its folder waits until there is room for a
 * folder of its own: an application must not fail to start because its disk is full.
 *
 * @param trouble told of the lack of room, and of its end
 * @param onWaiting called when it begins to wait
 * @throws the error of the file system that has another reason, or when `stopping` fires meanwhile
 */
export async function assembleWithRoom(
  base: RelayBase,
  mode: RelayMode,
  trouble: OngoingTrouble,
  onWaiting: () => void,
): Promise<RelayEngine> {
  const { stopping } = base.shutdown;
  for (;;) {
    try {
      const engine = await assembleRelay(base, mode);
      trouble.succeeded();
      return engine;
    } catch (error) {
      if (mode === 'drain' || stopping.aborted || !isOutOfRoom(error)) throw error;
      trouble.failed(error);
      onWaiting();
      await delay(AGAIN_MS, undefined, { signal: stopping }).catch(() => {});
    }
  }
}
