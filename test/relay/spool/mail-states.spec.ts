import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailStates } from '../../../lib/relay/spool/mail-states.js';
import { RelayFolders } from '../../../lib/relay/spool/relay-folders.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
let folders: RelayFolders;
let states: MailStates;
beforeEach(async () => {
  folder = temporaryDirectory();
  folders = new RelayFolders(folder.path);
  await folders.make();
  states = new MailStates(folders);
});
afterEach(async () => {
  await folders.close();
  folder.remove();
});

const STATE = {
  fingerprint: 'abc',
  version: '1:2',
  attempts: 2,
  nextAttempt: 1_795_000_000_000,
  delivered: ['ann@contoso.com'],
  refused: [{ address: 'gone@contoso.com', reason: '550 no' }],
};

describe('The state of a mail that waits', () => {
  it.each(['x.eml', 'two\nlines.eml', `${'x'.repeat(251)}.eml`])(
    'is kept for %j and read again',
    async name => {
      await states.write(name, STATE);
      expect(await states.read(name)).toEqual(STATE);
      expect(await states.read('other.eml')).toBeUndefined();
      await states.remove(name);
      expect(await states.read(name)).toBeUndefined();
      expect(readdirSync(folders.states)).toEqual([]);
    },
  );

  it('is nobody else’s business, because it holds addresses', async () => {
    await states.write('x.eml', STATE);
    const [name = ''] = readdirSync(folders.states);
    expect(statSync(join(folders.states, name)).mode & 0o777).toBe(0o600);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"fingerprint":1}',
    '{"fingerprint":"a","version":"1:2","attempts":1,"nextAttempt":1}',
    '{"fingerprint":"a","version":"1:2","attempts":1,"nextAttempt":1,"delivered":[],"refused":[null]}',
  ])('that was tampered with counts as none: %j', async content => {
    await states.write('x.eml', STATE);
    const [name = ''] = readdirSync(folders.states);
    writeFileSync(join(folders.states, name), content);
    expect(await states.read('x.eml')).toBeUndefined();
  });

  it('is swept when its mail is gone and it is older than a day, as is what a crash has left', async () => {
    await states.write('gone.eml', STATE);
    await states.write('there.eml', STATE);
    writeFileSync(join(folders.states, 'x.json.new'), '{');
    const isThere = (name: string): Promise<boolean> => Promise.resolve(name === 'there.eml');
    await states.sweep(isThere);
    expect(readdirSync(folders.states)).toHaveLength(3);
    await states.sweep(isThere, Date.now() + 90_000_000);
    expect(readdirSync(folders.states)).toHaveLength(1);
    expect(await states.read('there.eml')).toEqual(STATE);
  });

  it('is written although another relay has just tidied up', async () => {
    rmSync(join(folder.path, '.mailroom'), { recursive: true });
    await states.write('x.eml', STATE);
    expect(await states.read('x.eml')).toEqual(STATE);
  });

  it('does not bring a pickup directory back that is gone', async () => {
    folder.remove();
    await expect(states.write('x.eml', STATE)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => statSync(folder.path)).toThrow('ENOENT');
  });
});
