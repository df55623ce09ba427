import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ownIdentity } from '../../lib/relay/spool/process-identity.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const STRANGER = 65_534;

let refuse = false;
const bench = useRelayBench(
  { pollMs: 50 },
  { rejectRecipient: () => (refuse ? { code: 550, message: 'no' } : undefined) },
);

beforeEach(() => {
  refuse = false;
});

const own = (...names: string[]): string => join(bench.folder.path, '.mailroom', ...names);
const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

describe('The own folders of a relay', () => {
  it('are made for its account alone, and a file in them says what they hold', async () => {
    refuse = true;
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const app = await bench.relay();
    await app.until('rejected');
    refuse = false;
    const [relay = ''] = readdirSync(own('relays'));
    const folders = [
      own(),
      own('relays'),
      own('states'),
      own('relays', relay),
      own('relays', relay, 'claimed'),
    ];
    for (const folder of [...folders, join(bench.folder.path, 'badmail')]) expect(modeOf(folder)).toBe(0o700);
    expect(readFileSync(own('README.txt'), 'utf8')).toContain('It holds MAILS');
    await app.close();
    expect(existsSync(own())).toBe(false);
  });

  it.each([
    [
      '.mailroom',
      'is a symbolic link, which is never followed; remove it',
      (path: string) => symlinkSync('/tmp', path),
    ],
    ['.mailroom/relays', 'is a symbolic link', (path: string) => symlinkSync('/tmp', path)],
    ['.mailroom/states', 'is no directory; remove it', (path: string) => writeFileSync(path, '')],
    ['badmail', 'is a symbolic link', (path: string) => symlinkSync('/tmp', path)],
    [
      'badmail',
      'may be written to by other accounts (mode 0777)',
      (path: string) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
      },
    ],
    [
      '.mailroom',
      'belongs to another account (uid 65534)',
      (path: string) => {
        mkdirSync(path);
        chownSync(path, STRANGER, STRANGER);
      },
    ],
    [
      '.mailroom/states',
      'may be written to by other accounts (mode 0720)',
      (path: string) => {
        mkdirSync(path);
        chmodSync(path, 0o720);
      },
    ],
  ])('keep it from starting when %s %s', async (name, words, plant) => {
    if (name.includes('/')) mkdirSync(own(), { mode: 0o700 });
    plant(join(bench.folder.path, name));
    const error = await rejection(bench.relay());
    expect(String(error)).toContain(`${join(bench.folder.path, name)} ${words}`);
    expect(String(error)).toContain('set stateDirectory (--state)');
  });

  it('bring no advice to lie elsewhere when they do so already', async () => {
    const states = temporaryDirectory();
    symlinkSync('/tmp', join(states.path, 'relay'));
    const error = await rejection(bench.relay({ stateDirectory: join(states.path, 'relay') }));
    states.remove();
    expect(String(error)).toContain('relay is a symbolic link, which is never followed; remove it');
    expect(String(error)).not.toContain('--state');
  });

  it('may lie elsewhere on the same file system, badmail included', async () => {
    const states = temporaryDirectory();
    bench.closing({ close: async () => states.remove() });
    const stateDirectory = join(states.path, 'relay');
    refuse = true;
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const app = await bench.relay({ stateDirectory });
    await app.until('rejected');
    refuse = false;
    expect(readdirSync(bench.folder.path)).toEqual([]);
    expect(readdirSync(stateDirectory).toSorted()).toEqual(['README.txt', 'badmail', 'relays', 'states']);
    expect(readdirSync(join(stateDirectory, 'badmail'))).toContain('x.eml');
    expect(modeOf(stateDirectory)).toBe(0o700);
    await app.close();
    expect(readdirSync(stateDirectory)).toEqual(['badmail']);
  });

  it('belong to one pickup directory, and are refused to another one', async () => {
    const states = temporaryDirectory();
    const other = temporaryDirectory();
    bench.closing({
      close: async () => {
        states.remove();
        other.remove();
      },
    });
    await bench.relay({ stateDirectory: states.path });
    const second = bench.relay({ stateDirectory: states.path, directory: other.path });
    await expect(second).rejects.toThrow(`holds what belongs to the pickup directory "${bench.folder.path}"`);
  });

  it.each([
    [' ', 'is empty; leave it out, or set a folder'],
    ['/proc', 'lies on another file system than the pickup directory'],
    ['/no/such/folder', '/no/such does not exist'],
  ])('are refused at %j in words', async (stateDirectory, words) => {
    await expect(bench.relay({ stateDirectory })).rejects.toThrow(words);
  });
});

describe('What happens to the names of folders while a relay runs', () => {
  it('leads nowhere when .mailroom is replaced, and is told once', async () => {
    const app = await bench.relay();
    publish(bench.folder.path, 'a.eml', iisMail('a'));
    await app.until('sent');
    renameSync(own(), join(bench.folder.path, 'aside'));
    mkdirSync(own(), { mode: 0o777 });
    await delay(200);
    publish(bench.folder.path, 'b.eml', iisMail('b'));
    await app.until('sent', 2);
    await app.until('problem');
    await delay(200);
    const told = app.of('problem').filter(({ reason }) => reason.includes('renamed or replaced'));
    expect(told).toHaveLength(1);
    expect(readdirSync(own())).toEqual([]);
  });

  it('is followed when the pickup directory is made anew', async () => {
    const app = await bench.relay();
    const { path } = bench.folder;
    renameSync(path, `${path}-before`);
    bench.closing({ close: async () => rmSync(`${path}-before`, { recursive: true, force: true }) });
    await app.until('problem');
    // Told once, however often the folder is looked at.
    await delay(200);
    expect(app.of('problem').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('Nothing can be taken from the folder now: ENOENT'),
    ]);
    mkdirSync(path);
    publish(path, 'x.eml', iisMail('x'));
    await app.until('sent');
    expect(app.of('problem').at(-1)?.reason).toContain('goes on in the new one');
    expect((await app.status()).trouble).toBeUndefined();
  });

  it('is not followed when the new pickup directory belongs to another account, or is a link', async () => {
    const app = await bench.relay();
    const { path } = bench.folder;
    const elsewhere = temporaryDirectory();
    publish(elsewhere.path, 'private.eml', iisMail('private'));
    bench.closing({
      close: async () => {
        rmSync(`${path}-before`, { recursive: true, force: true });
        elsewhere.remove();
      },
    });
    renameSync(path, `${path}-before`);
    symlinkSync(elsewhere.path, path);
    await app.untilTrouble('is a symbolic link, which is never followed');
    unlinkSync(path);
    mkdirSync(path);
    chownSync(path, STRANGER, STRANGER);
    publish(path, 'planted.eml', iisMail('planted'));
    await app.untilTrouble('was replaced by a folder of another account (uid 65534');
    await delay(300);
    expect(bench.sink.messages).toEqual([]);
    expect(readdirSync(elsewhere.path)).toEqual(['private.eml']);
  });
});

describe('A mail under way when .mailroom is removed by hand', () => {
  it('comes back into the folder with its time and rights, and is tried again', async () => {
    let later = true;
    const arrived: number[] = [];
    const slow = await MailSink.start({
      delayDataMs: () => {
        arrived.push(Date.now());
        return arrived.length === 1 ? 500 : 0;
      },
      rejectData: () => (later ? { code: 451, message: 'later' } : undefined),
    });
    bench.closing(slow);
    const settings = { Host: slow.host, Port: slow.port, PickupDirectory: bench.folder.path };
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const path = join(bench.folder.path, 'x.eml');
    chmodSync(path, 0o600);
    const { mtimeMs } = lstatSync(path);
    const app = await bench.relay({ settings, retry: { firstMs: 300, maxMs: 300 } });
    while (arrived.length === 0) await delay(5);
    rmSync(own(), { recursive: true });
    await app.until('deferred');
    expect(lstatSync(path)).toMatchObject({ mtimeMs });
    expect(modeOf(path)).toBe(0o600);
    later = false;
    await app.until('sent');
    expect(slow.messages).toHaveLength(1);
    expect(readdirSync(bench.folder.path)).toEqual(['.mailroom']);
  });

  it('is not sent again when the server has taken it', async () => {
    const arrived: number[] = [];
    const delayDataMs = (): number => {
      arrived.push(Date.now());
      return 300;
    };
    const slow = await MailSink.start({ delayDataMs });
    bench.closing(slow);
    const settings = { Host: slow.host, Port: slow.port, PickupDirectory: bench.folder.path };
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const app = await bench.relay({ settings });
    while (arrived.length === 0) await delay(5);
    rmSync(own(), { recursive: true });
    await app.until('sent');
    await delay(300);
    expect(slow.messages).toHaveLength(1);
    expect(bench.mails()).toEqual([]);
  });
});

describe('A file with a second name', () => {
  it('is nobody’s in a folder that others may write to, until one of the names is gone', async () => {
    chmodSync(bench.folder.path, 0o770);
    const app = await bench.relay({ settleMs: 50 });
    const second = join(bench.folder.path, 'second');
    writeFileSync(second, iisMail('x'));
    linkSync(second, join(bench.folder.path, 'x.eml'));
    await delay(500);
    expect(bench.sink.messages).toEqual([]);
    expect(bench.mails()).toEqual(['x.eml']);
    unlinkSync(second);
    await app.until('sent');
    expect(bench.mails()).toEqual([]);
  });

  it('is taken where this account alone writes, when it is no relay’s', async () => {
    const app = await bench.relay({ settleMs: 50 });
    const second = join(bench.folder.path, 'second');
    writeFileSync(second, iisMail('x'));
    linkSync(second, join(bench.folder.path, 'x.eml'));
    await app.until('sent');
    expect(existsSync(second)).toBe(true);
  });

  it('is a relay’s that is giving it back, as long as it has not taken its own name away', async () => {
    const app = await bench.relay({ settleMs: 50 });
    const claimed = own('relays', 'alive', 'claimed');
    mkdirSync(claimed, { recursive: true, mode: 0o700 });
    writeFileSync(own('relays', 'alive', 'lease.json'), JSON.stringify({ process: ownIdentity(), beat: 1 }));
    writeFileSync(join(claimed, 'x.eml'), iisMail('x'));
    linkSync(join(claimed, 'x.eml'), join(bench.folder.path, 'x.eml'));
    await delay(600);
    expect(bench.sink.messages).toEqual([]);
    unlinkSync(join(claimed, 'x.eml'));
    await app.until('sent');
    expect(bench.sink.messages).toHaveLength(1);
  });
});
