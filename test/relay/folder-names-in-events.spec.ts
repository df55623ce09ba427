import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { OngoingTrouble } from '../../lib/relay/engine/ongoing-trouble.js';
import { RelayEvents } from '../../lib/relay/engine/relay-events.js';
import type { RelayEvent } from '../../lib/relay/relay-event.js';
import { HeldFolder } from '../../lib/relay/spool/held-folder.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench();

/** A folder that was held under a good name, and has one by now that would forge lines of a log. */
async function renamedFolder(): Promise<HeldFolder> {
  const path = join(bench.folder.path, 'badmail');
  mkdirSync(path);
  const held = bench.closing(await HeldFolder.open(path));
  renameSync(path, join(bench.folder.path, 'x\nroot logged in\u001b[2J'));
  return held;
}

const SAFE = String.raw`x\nroot logged in\u001b[2J/x.eml`;

describe('The name of a folder that somebody has renamed is safe to print', () => {
  it('in events', async () => {
    const { path } = await renamedFolder();
    const told: RelayEvent[] = [];
    const events = new RelayEvents(event => told.push(event));
    events.emit({ type: 'problem', reason: `${path}/x.eml is strange` });
    events.emit({ type: 'rejected', file: 'x.eml', reason: 'no', movedTo: `${path}/x.eml` });
    expect(told).toEqual([
      { type: 'problem', reason: `${join(bench.folder.path, SAFE)} is strange` },
      { type: 'rejected', file: 'x.eml', reason: 'no', movedTo: join(bench.folder.path, SAFE) },
    ]);
  });

  it('in the status', async () => {
    const { path } = await renamedFolder();
    const trouble = new OngoingTrouble('It fails', () => {});
    trouble.failed(new Error(`${path}/x.eml is strange`));
    expect(trouble.current).toBe(`${join(bench.folder.path, SAFE)} is strange`);
  });
});
