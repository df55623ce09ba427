import { describe, expect, it } from '@jest/globals';
import { useAttackedRelay } from './attacked-relay.js';
import { MAIL_ATTACKS, OWN_FOLDER_ATTACKS } from './attacks.js';
import { OF_A_GROUP, OPEN, STICKY } from './shared-folder.js';

const open = useAttackedRelay();

describe.each([STICKY, OPEN, OF_A_GROUP])(
  'In a folder $title a relay does not start, and says why,',
  sharing => {
    it.each(OWN_FOLDER_ATTACKS)('where another account has put $title', async attack => {
      const attacked = await open(sharing);
      attacked.attack(attack);
      const end = await attacked.start();
      attacked.expectNoHarm();
      expect(end).toMatchObject({ code: 2 });
      const [own = ''] = attack.path.split('/');
      expect(end?.stderr).toContain(attacked.folder.at(own));
      expect(end?.stderr).toMatch(/symbolic link|no directory|another account|written to by other/);
      expect(end?.stderr).not.toMatch(/^ +at /m);
    });
  },
);

describe.each([STICKY, OPEN, OF_A_GROUP])('In a folder $title a relay does its work', sharing => {
  it.each(MAIL_ATTACKS)('beside $title that has the name of a mail', async attack => {
    const attacked = await open(sharing);
    attacked.attack(attack);
    expect(await attacked.start()).toBeUndefined();
    await attacked.work();
    await attacked.expectEnd();
  });
});

describe('With a folder of its own for its records (--state) a relay does its work', () => {
  it.each(OWN_FOLDER_ATTACKS)('whoever has put $title into the pickup directory', async attack => {
    const attacked = await open(STICKY);
    attacked.attack(attack);
    expect(await attacked.start(['--state', attacked.folder.state])).toBeUndefined();
    await attacked.work();
    await attacked.expectEnd();
  });
});
