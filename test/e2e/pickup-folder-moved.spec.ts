import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
let parent: string;
let pickup: string;
beforeEach(() => {
  parent = bench.folder().path;
  pickup = join(parent, 'pickup');
  mkdirSync(pickup);
});

/** Sends a mail during which something happens to its folder. */
async function failureWhile(happens: () => void): Promise<unknown> {
  const app = await bench.app({
    FromAddress: 'no-reply@contoso.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: pickup,
  });
  // More than is kept in memory before the file is made.
  const content = Readable.from(
    (function* pieces() {
      yield Buffer.alloc(1_000_000, 'a');
      yield Buffer.alloc(1_000_000, 'b');
      happens();
      yield Buffer.alloc(1_000_000, 'c');
    })(),
  );
  return rejection(
    app.mail.send({ to: 'ann@contoso.com', text: 'x', attachments: [{ filename: 'a.bin', content }] }),
  );
}

describe('A pickup directory that goes away while a mail is written', () => {
  it.each([
    ['and stays away', () => {}],
    ['and is made anew', () => mkdirSync(pickup)],
    ['and is a file then', () => writeFileSync(pickup, '')],
  ])('is told of, and where the hidden file may lie: it was moved %s', async (_, then) => {
    const moved = join(parent, 'moved');
    const error = await failureWhile(() => {
      renameSync(pickup, moved);
      then();
    });
    const [hidden = ''] = readdirSync(moved);
    expect(hidden).toMatch(/^\..*\.mailroom$/);
    expect(error).toMatchObject({
      code: 'EMAILWRITE',
      retryable: true,
      message: expect.stringContaining(
        `The hidden file ${join(pickup, basename(hidden))} is not there any more: if its directory was moved meanwhile`,
      ),
    });
    expect(error).toMatchObject({ message: expect.not.stringContaining('Nothing was left behind') });
  });

  it('is told of in the same way when it was removed with all that was in it', async () => {
    const error = await failureWhile(() => rmSync(pickup, { recursive: true }));
    expect(error).toMatchObject({
      retryable: true,
      message: expect.stringMatching(/ENOENT, the directory is gone; .* is not there any more/),
    });
  });
});
