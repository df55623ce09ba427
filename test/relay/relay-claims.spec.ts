import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { journalEntry } from '../../lib/relay/spool/delivered-journal.js';
import { fileIdentity } from '../../lib/relay/spool/move-file.js';
import { ownIdentity } from '../../lib/relay/spool/process-identity.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench();

const subjects = async (): Promise<(string | undefined)[]> =>
  (await Promise.all(bench.sink.messages.map(message => message.parse())))
    .map(mail => mail.subject)
    .toSorted();

/** The folder of a relay that has claimed a mail and delivered another one, and died before it removed that. */
function abandoned(lease: object): { folder: string; delivered: string } {
  const folder = join(bench.folder.path, '.mailroom', 'relays', 'another');
  mkdirSync(join(folder, 'claimed'), { recursive: true });
  writeFileSync(join(folder, 'claimed', 'claimed.eml'), iisMail('claimed'));
  const delivered = join(folder, 'claimed', 'delivered.eml');
  writeFileSync(delivered, iisMail('delivered'));
  // A second name of the delivered file, which is a mail of its own.
  linkSync(delivered, join(folder, 'claimed', 'link.eml'));
  const entry = journalEntry('delivered.eml', fileIdentity(lstatSync(delivered, { bigint: true })));
  writeFileSync(join(folder, 'journal'), `${entry}\n1:2:`);
  writeFileSync(join(folder, 'lease.json'), JSON.stringify(lease));
  return { folder, delivered };
}

/** A process of this machine that has ended. */
function deadProcess(): object {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return { ...ownIdentity(), pid };
}

describe('Two relays on one folder', () => {
  it('send each of many mails once', async () => {
    for (let index = 0; index < 200; index++)
      publish(bench.folder.path, `${index}.eml`, iisMail(`m${index}`));
    const [first, second] = await Promise.all([bench.relay(), bench.relay()]);
    while (first.of('sent').length + second.of('sent').length < 200) await delay(20);
    expect(await subjects()).toEqual(Array.from({ length: 200 }, (_, index) => `m${index}`).toSorted());
    expect(bench.mails()).toEqual([]);
  });

  it('both work, and one that ends leaves the other one its folders', async () => {
    const first = await bench.relay();
    const second = await bench.relay();
    await first.close();
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    await second.until('sent');
    expect(second.of('problem')).toEqual([]);
  });
});

describe('What a dead relay has left', () => {
  it('is taken up at once when its process is gone: what was delivered is removed, the rest is sent', async () => {
    const dead = abandoned({ process: deadProcess(), beat: 7 });
    const app = await bench.relay();
    await app.until('sent', 2);
    expect(app.of('recovered')).toEqual([{ type: 'recovered', files: 2 }]);
    expect(await subjects()).toEqual(['claimed', 'delivered']);
    expect(existsSync(dead.folder)).toBe(false);
    await delay(300);
    expect(bench.sink.messages).toHaveLength(2);
  });

  it('is taken up when its process number belongs to another process now', async () => {
    abandoned({ process: { ...ownIdentity(), began: '1' }, beat: 7 });
    const app = await bench.relay();
    await app.until('sent', 2);
    expect(await subjects()).toEqual(['claimed', 'delivered']);
  });

  it('is left alone while its process lives', async () => {
    const alive = abandoned({ process: ownIdentity(), beat: 7 });
    const app = await bench.relay({ pollMs: 50, leaseMs: 60_000 });
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    await app.until('sent');
    await delay(300);
    expect(await subjects()).toEqual(['x']);
    expect(existsSync(alive.delivered)).toBe(true);
  });

  it('on another machine is taken up when it has given no sign of life for the time of a lease', async () => {
    abandoned({ process: { machine: 'elsewhere', pid: 1 }, beat: 7 });
    const app = await bench.relay({ pollMs: 50, leaseMs: 600 });
    await delay(300);
    expect(bench.sink.messages).toHaveLength(0);
    await app.until('sent', 2);
    expect(await subjects()).toEqual(['claimed', 'delivered']);
  });

  it('on another machine is left alone as long as its sign of life grows, whatever the clocks say', async () => {
    const process = { machine: 'elsewhere', pid: 1 };
    const { folder } = abandoned({ process, beat: 0 });
    const app = await bench.relay({ pollMs: 50, leaseMs: 400 });
    for (let beat = 1; beat <= 12; beat++) {
      await delay(100);
      // Times of day are of no account: every lease looks as old as the other.
      writeFileSync(join(folder, 'lease.json'), JSON.stringify({ process, beat }));
    }
    expect(bench.sink.messages).toHaveLength(0);
    await app.until('sent', 2);
    expect(await subjects()).toEqual(['claimed', 'delivered']);
  });

  it('on this machine is left alone while its process lives, however silent it is', async () => {
    abandoned({ process: ownIdentity(), leaseMs: 100, beat: 7 });
    await bench.relay({ pollMs: 50, leaseMs: 100 });
    await delay(600);
    expect(bench.sink.messages).toEqual([]);
  });

  it('is not missed because something else lies beside it', async () => {
    abandoned({ process: deadProcess(), beat: 7 });
    const relays = join(bench.folder.path, '.mailroom', 'relays');
    writeFileSync(join(relays, '.DS_Store'), 'x');
    mkdirSync(join(relays, 'a-foreign-folder'));
    writeFileSync(join(relays, 'a-foreign-folder', 'lease.json'), '{}');
    const app = await bench.relay();
    await app.until('sent', 2);
    expect(app.of('problem')).toEqual([]);
  });

  it('is not sent again when the loss of power has undone its claim but not its record', async () => {
    abandoned({ process: deadProcess(), beat: 7 });
    const claimed = join(bench.folder.path, '.mailroom', 'relays', 'another', 'claimed', 'delivered.eml');
    renameSync(claimed, join(bench.folder.path, 'delivered.eml'));
    const app = await bench.relay();
    await app.until('sent', 2);
    await delay(300);
    expect(await subjects()).toEqual(['claimed', 'delivered']);
    expect(existsSync(join(bench.folder.path, 'delivered.eml'))).toBe(false);
  });

  it('goes back under another name when its own one is in use again, and both are sent', async () => {
    abandoned({ process: deadProcess(), beat: 7 });
    publish(bench.folder.path, 'claimed.eml', iisMail('namesake'));
    const app = await bench.relay();
    await app.until('sent', 3);
    expect(await subjects()).toEqual(['claimed', 'delivered', 'namesake']);
  });
});

describe('A relay that was taken for dead', () => {
  it('goes on, and says so', async () => {
    const app = await bench.relay({ leaseMs: 300, pollMs: 50 });
    const relays = join(bench.folder.path, '.mailroom', 'relays');
    for (const name of readdirSync(relays)) rmSync(join(relays, name), { recursive: true });
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    await app.until('sent');
    expect(app.of('problem')[0]?.reason).toContain('took it for dead');
    expect(bench.sink.messages).toHaveLength(1);
  });

  it('does not send the end of a mail that another one has claimed from it', async () => {
    const slow = await MailSink.start({ delayDataMs: 600 });
    bench.closing(slow);
    const settings = { Host: slow.host, Port: slow.port, PickupDirectory: bench.folder.path };
    publish(bench.folder.path, 'a.eml', iisMail('a'));
    const app = await bench.relay({ settings, concurrency: 2, leaseMs: 60_000 });
    await delay(300);
    // The first mail waits for its reply; the second one, whose file is claimed, waits for the first.
    publish(bench.folder.path, 'b.eml', iisMail('b'));
    const claimedOf = (): string[] => {
      const relays = join(bench.folder.path, '.mailroom', 'relays');
      return readdirSync(relays).map(name => join(relays, name, 'claimed', 'b.eml'));
    };
    while (!claimedOf().some(path => existsSync(path))) await delay(10);
    const taken = bench.folder.write('elsewhere/b.eml', '');
    for (const path of claimedOf()) if (existsSync(path)) renameSync(path, taken);
    await app.until('sent');
    await delay(800);
    expect(
      (await Promise.all(slow.messages.map(message => message.parse()))).map(mail => mail.subject),
    ).toEqual(['a']);
  });
});

describe('Shutdown', () => {
  it('finishes what is under way and leaves the rest as plain files', async () => {
    const slow = await MailSink.start({ delayDataMs: 400 });
    bench.closing(slow);
    for (let index = 0; index < 10; index++) publish(bench.folder.path, `${index}.eml`, iisMail(`m${index}`));
    const app = await bench.relay({
      settings: { Host: slow.host, Port: slow.port, PickupDirectory: bench.folder.path },
    });
    await app.until('sent');
    await app.close();
    // One was sent, one was under way; those that waited for it are not.
    expect(slow.messages.length).toBeLessThanOrEqual(3);
    expect(slow.messages.length + bench.mails().length).toBe(10);
    expect(existsSync(join(bench.folder.path, '.mailroom'))).toBe(false);
  });

  it('cuts what does not end within the grace time, and the mail is a plain file again', async () => {
    const stalling = await MailSink.start({ delayDataMs: 60_000 });
    bench.closing(stalling);
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const app = await bench.relay({
      settings: { Host: stalling.host, Port: stalling.port, PickupDirectory: bench.folder.path },
      shutdownTimeoutMs: 200,
    });
    while (!stalling.commands.includes('DATA')) await delay(10);
    await app.close();
    expect(bench.mails()).toEqual(['x.eml']);
    expect(stalling.messages).toEqual([]);
  });
});
