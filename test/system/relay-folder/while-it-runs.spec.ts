import { chmodSync, existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useAttackedRelay } from './attacked-relay.js';
import { ATTACKS, OWN_FOLDER_ATTACKS } from './attacks.js';
import type { SharedFolder } from './shared-folder.js';
import { OPEN } from './shared-folder.js';

const open = useAttackedRelay();

describe('A relay that runs does its work', () => {
  it.each(ATTACKS)('after another account has put $title in its place', async attack => {
    const attacked = await open(OPEN);
    await attacked.start();
    attacked.attack(attack);
    await attacked.work();
    await attacked.expectEnd();
    const problems = attacked.relay.reasons('problem');
    expect(problems).toEqual([...new Set(problems)]);
    if (attack.path.startsWith('.mailroom')) expect(problems.join('\n')).toContain('.mailroom');
  });

  // As by an administrator, or an older version, whose rights were too wide for a moment.
  it.each(OWN_FOLDER_ATTACKS.filter(({ path }) => path.includes('/')))(
    'and does no harm after another account has put $title into its own folder',
    async attack => {
      const attacked = await open(OPEN);
      await attacked.start();
      await attacked.work();
      letOthersWrite(attacked.folder, 0o777);
      attacked.attack(attack);
      letOthersWrite(attacked.folder, 0o700);
      attacked.handIn('last.eml');
      // Longer than it takes until the relay looks for others that have died.
      await new Promise(resolve => setTimeout(resolve, 2500));
      await attacked.expectEnd();
      expect(attacked.relay.stdout).not.toMatch(/"event":"recovered"/);
    },
  );
});

function letOthersWrite(folder: SharedFolder, mode: number): void {
  for (const name of ['badmail', '.mailroom', '.mailroom/relays', '.mailroom/states'])
    if (existsSync(folder.at(name))) chmodSync(folder.at(name), mode);
}
