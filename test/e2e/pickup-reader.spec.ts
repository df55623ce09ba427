import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { TalkingChild } from '../support/talking-child.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const OCTETS = 8 * 1024 * 1024;
const READER = join(import.meta.dirname, 'pickup-children', 'poll-folder.mjs');

const bench = useMailBench();
let folder: TemporaryDirectory;
let app: MailApp;
beforeEach(async () => {
  folder = bench.folder();
  app = await bench.app({
    FromAddress: 'writer@contoso.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder.path,
  });
});

function message(content: Buffer | Readable): MailMessage {
  return {
    to: 'ann@contoso.com',
    subject: 's',
    text: 'See the attachment.',
    headers: { 'X-Octets': String(OCTETS) },
    attachments: [{ filename: 'x.bin', content }],
  };
}

/** A stream that comes in many chunks, so that the file grows slowly. */
function dripping(): Readable {
  return Readable.from(Array.from({ length: 128 }, () => Buffer.alloc(OCTETS / 128, 7)));
}

describe('A reader of its own process that looks every millisecond', () => {
  it('never opens half of a mail of 8 MB, from memory or from a stream', async () => {
    const reader = await TalkingChild.start(process.execPath, [READER, folder.path]);
    expect(await reader.expectLine()).toBe('polling');
    const content = Buffer.alloc(OCTETS, 7);
    for (let round = 0; round < 6; round++)
      await Promise.all([app.mail.send(message(content)), app.mail.send(message(dripping()))]);
    await reader.finish();
    const { polls, read, torn } = JSON.parse(await reader.expectLine()) as {
      polls: number;
      read: number;
      torn: unknown[];
    };
    expect(torn).toEqual([]);
    expect(read).toBe(12);
    expect(polls).toBeGreaterThan(12);
  }, 90_000);
});
