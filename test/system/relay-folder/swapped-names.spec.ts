import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { iisMail, publish } from '../../support/relay-app.js';
import { asAccount, ATTACKER } from './accounts.js';
import { useAttackedRelay } from './attacked-relay.js';
import { ATTACKS, MAIL_ATTACKS } from './attacks.js';
import { NEVER, OF_A_GROUP, OPEN, STICKY } from './shared-folder.js';

const open = useAttackedRelay();
const SHARINGS = [STICKY, OPEN, OF_A_GROUP];

describe('A relay does its work and no harm', () => {
  it.each(SHARINGS)('in a folder $title while another account swaps names in it', async sharing => {
    const attacked = await open(sharing);
    await attacked.start();
    let mails = 0;
    for (const { path, put } of ATTACKS) {
      const swaps = attacked.folder.swaps(path, there => put(there, attacked.folder));
      attacked.handIn(`${mails++}.eml`);
      for (let step = 0; step < 30; step++) {
        swaps.next();
        await turn();
      }
    }
    await attacked.work();
    await attacked.expectEnd();
  });

  it.each(SHARINGS)(
    'in a folder $title while a mail becomes something else as it is taken',
    async sharing => {
      const attacked = await open(sharing);
      await attacked.start();
      for (let mail = 0; mail < 150; mail++) {
        const attack = MAIL_ATTACKS[mail % MAIL_ATTACKS.length];
        asAccount(ATTACKER, () => {
          const path = attacked.folder.at(`swapped-${mail}.eml`);
          attack?.put(`${path}.other`, attacked.folder);
          publish(attacked.folder.path, `swapped-${mail}.eml`, iisMail(`${mail}`, ['ann@contoso.com']));
        });
        // The relay hears of the file now; it is something else a moment later.
        for (let wait = 0; wait < mail % 7; wait++) await turn();
        attacked.folder.swapIn(`swapped-${mail}.eml.other`, `swapped-${mail}.eml`);
      }
      await attacked.work();
      await attacked.expectEnd();
    },
  );
});

describe('In place of the whole pickup directory', () => {
  it('a link to a private folder is not followed', async () => {
    const attacked = await open(OPEN);
    await attacked.start();
    await attacked.underWay('held.eml');
    attacked.folder.replaceWhole(path => symlinkSync(attacked.folder.private, path));
    await attacked.relay.printed('"event":"problem"');
    await attacked.expectEnd();
  });

  it('a folder of another account is not emptied', async () => {
    const attacked = await open(OPEN);
    await attacked.start();
    attacked.folder.replaceWhole(path => {
      mkdirSync(path, { mode: 0o777 });
      publish(path, 'planted.eml', iisMail('planted', [NEVER]));
      renameSync(join(path, 'planted.eml'), join(path, 'again.eml'));
    });
    await attacked.relay.printed('"event":"problem"');
    await attacked.expectEnd();
    expect(attacked.folder.holds('again.eml')).toBe(true);
  });
});
