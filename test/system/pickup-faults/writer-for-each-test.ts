import { afterEach, beforeEach } from '@jest/globals';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { MailWriter } from './mail-writer.js';

/** A process that writes mails, the folder it writes them into, and one for what is traced of it. */
export interface WriterScene {
  readonly folder: TemporaryDirectory;
  readonly log: TemporaryDirectory;
  readonly writer: MailWriter;
}

/** Starts a writer before each test of a spec, which has written one mail already, and ends it after the test. */
export function writerForEachTest(): WriterScene {
  let current: WriterScene | undefined;
  const scene = (): WriterScene => {
    if (!current) throw new Error('There is a writer only while a test runs.');
    return current;
  };
  beforeEach(async () => {
    const folder = temporaryDirectory();
    current = { folder, log: temporaryDirectory(), writer: await MailWriter.start(folder.path) };
    await current.writer.expectFile('small first');
  });
  afterEach(async () => {
    const { folder, log, writer } = scene();
    current = undefined;
    await writer.child.finish();
    folder.remove();
    log.remove();
  });
  return {
    get folder() {
      return scene().folder;
    },
    get log() {
      return scene().log;
    },
    get writer() {
      return scene().writer;
    },
  };
}
