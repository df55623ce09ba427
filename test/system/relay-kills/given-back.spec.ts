import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../support/mail-sink.js';
import type { MailSinkOptions } from '../../support/mail-sink.js';
import { eventually } from '../postfix/eventually.js';
import { numberedMails } from '../postfix/numbered-mails.js';
import { pickupFile } from '../postfix/pickup-files.js';
import type { RelayFolder } from '../postfix/relay-folder.js';
import { RelayProcess, stopRelays } from '../postfix/relay-process.js';
import { holdRemovals, stopStraces } from '../postfix/strace.js';
import { sinkFolder, timesTaken } from './sink-folder.js';

const mails = numberedMails(5);
/** A thread for each mail: all of them are between `link` and `unlink` at the same time. */
const MANY_THREADS = { UV_THREADPOOL_SIZE: '16' };
/** For what the other relay does, should it take mails that it must not take. */
const LOOKS_MS = 4000;
const PATIENCE_MS = 120_000;

let sink: MailSink;
let folder: RelayFolder;
/** Kills the first relay where it is held. */
let killFirst: () => Promise<void>;
beforeEach(() => {
  killFirst = () => Promise.resolve();
});
afterEach(async () => {
  await killFirst().catch(() => {});
  await stopStraces();
  await stopRelays();
  folder?.remove();
  await sink?.close();
});

/** The first relay, whose removals of names are held, and the second one, which is asleep while the first claims. */
async function twoRelays(options: MailSinkOptions): Promise<readonly [RelayProcess, RelayProcess]> {
  sink = await MailSink.start(options);
  folder = sinkFolder(sink);
  const first = RelayProcess.start(folder, ['--concurrency', String(mails.length)], MANY_THREADS);
  const second = RelayProcess.start(folder, ['--poll', '1']);
  await Promise.all([first.printed('started'), second.printed('started')]);
  // One that the second relay is still making would be removed by the first one, which would be held in that.
  await eventually('both have their folders', () => folder.relays().length === 2);
  killFirst = await holdRemovals(first);
  process.kill(second.pid, 'SIGSTOP');
  await folder.put(mails.map(pickupFile));
  return [first, second];
}

/** Kills the first relay after the second one has had time to take what it may take; resolves when all mails are dealt with. */
async function leaveToSecond(second: RelayProcess): Promise<void> {
  process.kill(second.pid, 'SIGCONT');
  await sleep(LOOKS_MS);
  await killFirst();
  const relays = join(folder.path, '.mailroom', 'relays');
  await eventually('nothing is left of the first relay', () => readdirSync(relays).length === 1);
  await eventually('the second relay is done', () => folder.waiting().length + folder.claimed().length === 0);
  await second.signal('SIGTERM');
}

/** How many files in a folder have another name, too. */
function withTwoNames(directory: string, names: readonly string[]): number {
  return names.filter(name => statSync(join(directory, name), { throwIfNoEntry: false })?.nlink === 2).length;
}

describe('A relay that is killed while its mails have two names, with a second relay on the folder', () => {
  it(
    'doubles none of those that it was giving back, nor the one that it has on record',
    async () => {
      let ends = 0;
      // The first mail keeps the others waiting for their turn.
      const [first, second] = await twoRelays({ delayDataMs: () => (ends++ === 0 ? 5000 : 0) });
      await eventually('every mail is claimed', () => folder.claimed().length === mails.length);
      await eventually('the end of one is sent', () => ends > 0);
      // Told to end, the relay gives back what waits.
      process.kill(first.pid, 'SIGTERM');
      await eventually('four are given back', () => withTwoNames(folder.path, folder.waiting()) === 4);
      await eventually('the first is with the server', () => sink.messages.length > 0);
      await leaveToSecond(second);
      expect([...timesTaken(sink)].toSorted()).toEqual(mails.map(({ id }) => [id, 1]));
      expect(folder.contents()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'leaves each of those in badmail that the server had refused, and nobody asks the server again',
    async () => {
      const [, second] = await twoRelays({
        rejectRecipient: () => ({ code: 550, message: '5.1.1 nobody here' }),
      });
      await eventually('all have their names in badmail', () => {
        const bad = folder.bad().filter(name => name.endsWith('.eml'));
        return withTwoNames(join(folder.path, 'badmail'), bad) === mails.length;
      });
      const asked = sink.commands.length;
      await leaveToSecond(second);
      expect(folder.bad()).toEqual(mails.flatMap(({ id }) => [`${id}.eml`, `${id}.eml.reason.txt`]));
      expect(sink.commands.slice(asked).filter(line => line.startsWith('RCPT'))).toEqual([]);
      expect(sink.messages).toEqual([]);
      expect(withTwoNames(join(folder.path, 'badmail'), folder.bad())).toBe(0);
    },
    PATIENCE_MS,
  );
});
