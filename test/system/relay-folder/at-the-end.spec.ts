import { rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useAttackedRelay } from './attacked-relay.js';
import { OWN_FOLDER_ATTACKS } from './attacks.js';
import { OPEN } from './shared-folder.js';

const open = useAttackedRelay();

describe('A relay gives back what it has claimed and ends', () => {
  it.each(OWN_FOLDER_ATTACKS)('when another account has put $title in its place meanwhile', async attack => {
    const attacked = await open(OPEN);
    await attacked.start();
    await attacked.underWay('held.eml');
    attacked.attack(attack);
    await attacked.expectEnd();
    expect(attacked.folder.holds('held.eml')).toBe(true);
  });

  it('when somebody has removed its folder by hand meanwhile', async () => {
    const attacked = await open(OPEN);
    await attacked.start();
    await attacked.underWay('held.eml');
    rmSync(attacked.folder.at('.mailroom'), { recursive: true });
    await attacked.expectEnd();
    expect(attacked.folder.holds('held.eml')).toBe(true);
  });
});
