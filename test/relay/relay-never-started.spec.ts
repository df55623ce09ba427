import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PickupRelay } from '../../lib/relay/engine/pickup-relay.js';
import { useRelayBench } from '../support/relay-bench.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const bench = useRelayBench();

/** A folder elsewhere that looks like the own folder of a relay with nothing in it. */
function elsewhere(): string {
  const folder = temporaryDirectory();
  bench.closing({ close: async () => folder.remove() });
  for (const name of ['relays', 'states']) mkdirSync(join(folder.path, name));
  writeFileSync(join(folder.path, 'README.txt'), 'of somebody');
  return folder.path;
}

const own = (): string => join(bench.folder.path, '.mailroom');
const settings = (more: object = {}): object => ({
  Host: bench.sink.host,
  Port: bench.sink.port,
  PickupDirectory: bench.folder.path,
  ...more,
});

describe('A relay that has opened no folder removes none', () => {
  it('when the settings switch it off', async () => {
    const app = await bench.relay({}, { Enabled: false });
    const there = elsewhere();
    symlinkSync(there, own());
    await app.close();
    expect(readdirSync(there).toSorted()).toEqual(['README.txt', 'relays', 'states']);
  });

  it('when it is stopped before it was started', async () => {
    const relay = await PickupRelay.create({ settings: settings() });
    const there = elsewhere();
    symlinkSync(there, own());
    await relay.stop();
    expect(readdirSync(there).toSorted()).toEqual(['README.txt', 'relays', 'states']);
  });

  it('when it could not start', async () => {
    const relay = await PickupRelay.create({ settings: settings() });
    const there = elsewhere();
    symlinkSync(there, own());
    await expect(relay.start()).rejects.toThrow('is a symbolic link');
    await relay.stop();
    expect(readdirSync(there).toSorted()).toEqual(['README.txt', 'relays', 'states']);
    rmSync(own());
  });
});
