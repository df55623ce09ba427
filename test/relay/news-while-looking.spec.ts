import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PickupRelay } from '../../lib/relay/pickup-relay.js';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const MAILS = 10;

let sink: MailSink | undefined;
let relay: PickupRelay | undefined;
let directory: TemporaryDirectory | undefined;
afterEach(async () => {
  await relay?.stop(0);
  await sink?.close();
  directory?.remove();
});

describe('A relay that rests between two looks at its folder', () => {
  it('does not miss a mail that is put there meanwhile, and takes it before the next poll', async () => {
    sink = await MailSink.start();
    const own = temporaryDirectory();
    directory = own;
    const folder = join(own.path, 'pickup');
    mkdirSync(folder);
    relay = await PickupRelay.create({
      settings: { Host: sink.host, Port: sink.port },
      directory: folder,
      // By the next poll the test is over.
      pollMs: 600_000,
    });
    await relay.start();
    for (let mail = 1; mail <= MAILS; mail++) {
      // The hidden file makes the relay look; the mail gets its name while it rests.
      const hidden = own.write(`pickup/.${mail}`, 'From: a@contoso.test\r\nTo: b@contoso.test\r\n\r\nHi\r\n');
      await sleep(12);
      renameSync(hidden, join(folder, `${mail}.eml`));
      for (let waits = 0; waits < 200 && sink.messages.length < mail; waits++) await sleep(10);
      expect(sink.messages).toHaveLength(mail);
    }
    await relay.stop();
    expect(readdirSync(folder)).toEqual([]);
  });
});
