import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ownIdentity } from '../../lib/relay/spool/process-identity.js';
import { iisMail } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ pollMs: 50, settleMs: 50 });

/** The folder of a relay that was killed: a move gives a file its new name before it takes the old one away. */
function killed(claimed: string): string {
  const folder = join(bench.folder.path, '.mailroom', 'relays', 'killed');
  mkdirSync(join(folder, 'claimed'), { recursive: true });
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const lease = { process: { ...ownIdentity(), pid }, beat: 1 };
  writeFileSync(join(folder, 'lease.json'), JSON.stringify(lease));
  writeFileSync(join(folder, 'journal'), '');
  const path = join(folder, 'claimed', claimed);
  writeFileSync(path, iisMail('x'));
  return path;
}

describe('A relay that was killed between the two steps of a move', () => {
  it.each(['x.eml', 'x.0a1b2c3d.eml'])(
    'back into the folder as %s has given out the mail once',
    async name => {
      linkSync(killed('x.eml'), join(bench.folder.path, name));
      const app = await bench.relay();
      await app.until('sent');
      await delay(300);
      expect(bench.sink.messages).toHaveLength(1);
      expect(bench.mails()).toEqual([]);
      expect(readdirSync(join(bench.folder.path, '.mailroom', 'relays'))).toHaveLength(1);
    },
  );

  it.each(['x.eml', 'x.0a1b2c3d.eml'])(
    'to badmail as %s has moved the mail there, and nobody sends it',
    async name => {
      const badmail = join(bench.folder.path, 'badmail');
      mkdirSync(badmail, { mode: 0o700 });
      linkSync(killed('x.eml'), join(badmail, name));
      const app = await bench.relay();
      await delay(400);
      expect(app.events).toEqual([]);
      expect(bench.sink.messages).toEqual([]);
      expect(bench.badmail()).toEqual([name]);
      expect(existsSync(join(bench.folder.path, '.mailroom', 'relays', 'killed'))).toBe(false);
    },
  );

  it('back into the folder, whose file of a similar name is another mail, gives it back all the same', async () => {
    killed('x.eml');
    writeFileSync(join(bench.folder.path, 'x.0a1b2c3d.eml'), iisMail('y'));
    const app = await bench.relay();
    await app.until('sent', 2);
    expect(bench.mails()).toEqual([]);
  });
});
