import { renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PickupRelay } from '../../lib/relay/engine/pickup-relay.js';
import { MailSink } from '../support/mail-sink.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

/** Longer than any test: what polling alone would find is not found. */
const NEVER_MS = 3_600_000;

describe('A relay in a folder that sends events', () => {
  let sink: MailSink;
  let folder: TemporaryDirectory;

  beforeEach(async () => {
    sink = await MailSink.start();
    folder = temporaryDirectory();
  });

  afterEach(async () => {
    await sink.close();
    folder.remove();
  });

  /** Puts a finished mail in place by a rename, as a careful writer does. */
  function publish(name: string): void {
    const content = 'X-Sender: a@contoso.com\r\nX-Receiver: b@contoso.com\r\nSubject: One\r\n\r\nText\r\n';
    const temporary = folder.write(`.${name}`, content);
    const written = Math.floor((Date.now() - 20) / 1000);
    utimesSync(temporary, written, written);
    renameSync(temporary, join(folder.path, name));
  }

  it('misses no file, also when one comes while it rests after the last scan', async () => {
    const relay = await PickupRelay.create({
      settings: { Host: sink.host, Port: sink.port },
      directory: folder.path,
      pollMs: NEVER_MS,
    });
    await relay.start();
    try {
      for (let count = 1; count <= 20; count++) {
        publish(`${count}.eml`);
        await sink.waitForMessages(count);
      }
    } finally {
      await relay.stop();
    }
    expect(sink.messages).toHaveLength(20);
  });
});
