import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PickupRelay } from '../../lib/relay/engine/pickup-relay.js';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

let sink: MailSink | undefined;
let relay: PickupRelay | undefined;
let directory: TemporaryDirectory | undefined;
afterEach(async () => {
  await relay?.stop(0);
  await sink?.close();
  directory?.remove();
});

describe('A relay that is asked for its status again and again', () => {
  it('takes mails as soon as they are finished or due, and not only at its next scan', async () => {
    let refusals = 2;
    sink = await MailSink.start({
      rejectRecipient: () => (refusals-- > 0 ? { code: 450, message: '4.2.1 busy' } : undefined),
    });
    directory = temporaryDirectory();
    const folder = join(directory.path, 'pickup');
    mkdirSync(folder);
    // Not put there by a rename: it has to settle first.
    directory.write('pickup/one.eml', 'From: a@contoso.test\r\nTo: b@contoso.test\r\n\r\nHi\r\n');
    relay = await PickupRelay.create({
      settings: { Host: sink.host, Port: sink.port },
      directory: folder,
      settleMs: 100,
      retry: { firstMs: 100, maxMs: 100 },
      // By the next scan the test is over.
      pollMs: 600_000,
    });
    await relay.start();
    for (let asked = 0; asked < 200 && sink.messages.length === 0; asked++) {
      await relay.status();
      await sleep(10);
    }
    expect(sink.messages).toHaveLength(1);
    await relay.stop();
    expect(readdirSync(folder)).toEqual([]);
  });
});
