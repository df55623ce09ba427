import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useRelayBench } from '../support/relay-bench.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const bench = useRelayBench();

function elsewhere(): string {
  const folder = temporaryDirectory();
  bench.closing({ close: async () => folder.remove() });
  return folder.path;
}

describe('A relay with a state directory', () => {
  it('warns of another one of the folder that has none', async () => {
    await bench.relay();
    const app = await bench.relay({ stateDirectory: join(elsewhere(), 'state') });
    expect(app.of('problem').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('Give all relays of a folder the same stateDirectory'),
    ]);
  });

  it('says nothing when there is none, nor of what another account may have put there', async () => {
    const place = elsewhere();
    const first = await bench.relay({ stateDirectory: join(place, 'state') });
    const second = await bench.relay({ stateDirectory: join(place, 'state') });
    mkdirSync(join(place, 'relays'));
    symlinkSync(place, join(bench.folder.path, '.mailroom'));
    const third = await bench.relay({ stateDirectory: join(place, 'state') });
    for (const app of [first, second, third]) expect(app.of('problem')).toEqual([]);
  });

  it('says nothing of itself when that lies where it would lie anyway', async () => {
    const app = await bench.relay({ stateDirectory: join(bench.folder.path, '.mailroom') });
    expect(app.of('problem')).toEqual([]);
  });
});

describe('The pickup directory by another path', () => {
  it.each(['badmailDirectory', 'stateDirectory'])('is refused as %s', async option => {
    const link = join(elsewhere(), 'link');
    symlinkSync(join(bench.folder.path, '..'), link);
    const path = join(link, bench.folder.path.split('/').at(-1) ?? '');
    await expect(bench.relay({ [option]: path })).rejects.toThrow(
      `${option}: is the pickup directory itself`,
    );
  });
});
