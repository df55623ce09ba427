import { chownSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pickupBacklog } from '../../../lib/core/delivery/pickup/pickup-backlog.js';
import { pickupDirectoryFacts } from '../../../lib/core/delivery/pickup/pickup-probe.js';
import { recordName, stateVersion } from '../../../lib/core/delivery/pickup/relay-records.js';
import { ATTACKER, GROUP, RELAY, ROOT } from './accounts.js';
import { OPEN, SharedFolder, STICKY } from './shared-folder.js';

const MAIL = 'waiting.eml';
const COUNTED = { count: 1, oldestAgeMs: expect.any(Number) };
const PUT_OFF = { count: 0, deferred: 1 };

let folder: SharedFolder | undefined;
beforeEach(() => {
  folder = undefined;
});
afterEach(() => folder?.remove());

/** What the application, which runs as root here, counts where a record puts off the only mail. */
async function counted(sharing: typeof OPEN, owners: { folders: number; record: number }): Promise<unknown> {
  folder = new SharedFolder(sharing, {});
  folder.handIn(MAIL);
  const record = folder.at('.mailroom', 'states', recordName(MAIL));
  mkdirSync(folder.at('.mailroom', 'states'), { recursive: true });
  const version = stateVersion(lstatSync(folder.at(MAIL)));
  writeFileSync(record, JSON.stringify({ file: MAIL, version, nextAttempt: Date.now() + 60_000 }));
  for (const path of ['.mailroom', '.mailroom/states']) chownSync(folder.at(path), owners.folders, GROUP);
  chownSync(record, owners.record, GROUP);
  return pickupBacklog(folder.path);
}

describe('A record that puts a mail off', () => {
  it('counts when it is of the account of the application, or of root', async () => {
    expect(await counted(OPEN, { folders: ROOT, record: ROOT })).toEqual(PUT_OFF);
  });

  it('counts when it is of the owner of the pickup directory', async () => {
    expect(await counted(STICKY, { folders: RELAY, record: RELAY })).toEqual(PUT_OFF);
  });

  it('does not count when another account has made it', async () => {
    expect(await counted(STICKY, { folders: RELAY, record: ATTACKER })).toEqual(COUNTED);
    folder?.remove();
    expect(await counted(OPEN, { folders: RELAY, record: RELAY })).toEqual(COUNTED);
  });

  it('does not count when another account has made the folder that it lies in', async () => {
    expect(await counted(STICKY, { folders: ATTACKER, record: RELAY })).toEqual(COUNTED);
  });
});

describe('A relay in the folder', () => {
  it('is not told of by a check when another account has put its folders there', async () => {
    folder = new SharedFolder(STICKY, {});
    for (const [owner, relay] of [
      [ATTACKER, false],
      [RELAY, true],
    ] as const) {
      mkdirSync(folder.at('.mailroom', 'relays', 'one'), { recursive: true });
      for (const path of ['.mailroom', '.mailroom/relays']) chownSync(folder.at(path), owner, GROUP);
      expect(await pickupDirectoryFacts(folder.path)).toMatchObject({ relay });
      rmSync(folder.at('.mailroom'), { recursive: true });
    }
  });
});
