import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailReceipt } from '../../../lib/core/delivery/mail-receipt.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { TalkingChild } from '../../support/talking-child.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { builtInMails } from './corpus/built-in-mails.js';
import { corpusMail } from './corpus/corpus.js';
import type { ExpectedMail } from './corpus/expected-mail.js';

const SEEDS = 300;
/** The dialects, and how many recipients a mail may have there. */
const DIALECTS = [
  ['Iis', 400],
  ['Exchange', 100],
] as const;

interface Entry extends Pick<MailReceipt, 'file' | 'envelope'> {
  readonly name: string;
  readonly dialect: string;
  readonly expected: ExpectedMail;
}

let folder: TemporaryDirectory;
let files: TemporaryDirectory;
let app: MailApp;
beforeEach(() => {
  folder = temporaryDirectory();
  files = temporaryDirectory();
});
afterEach(async () => {
  await app.close();
  folder.remove();
  files.remove();
});

async function start(PickupFormat: string): Promise<void> {
  app = await startMailApp({
    MailSettings: {
      FromAddress: 'Identity Ünit <no-reply@contoso.com>',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      PickupFormat,
      MaxRecipients: 500,
    },
    TwoFactorSettings: { ResetConfirmationUri: 'https://identity.contoso.com/reset?token=' },
  });
}

/** What Python's parser has to say of these files. */
async function problems(entries: readonly Entry[]): Promise<unknown> {
  const python = await TalkingChild.start('python3', [join(import.meta.dirname, 'check_mails.py')]);
  python.say(JSON.stringify(entries));
  const { code } = await python.finish();
  expect({ code, stderr: python.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(await python.expectLine());
}

describe.each(DIALECTS)('Pickup files in the %s dialect, read by Python', (dialect, most) => {
  it('hold exactly what was sent, without a defect, for hundreds of odd mails', async () => {
    await start(dialect);
    const entries: Entry[] = [];
    let count = 0;
    const write = (content: Buffer): string => files.write(`${count++}.bin`, content);
    for (let seed = 0; seed < SEEDS; seed++) {
      const { message, expected } = corpusMail(seed, most, write);
      const { file, envelope } = await app.mail.send(message);
      entries.push({ name: `seed ${seed}`, dialect, file, envelope, expected });
    }
    expect(await problems(entries)).toEqual([]);
    expect(new Set(entries.map(({ file }) => file)).size).toBe(SEEDS);
  });

  it('are without a defect for the built-in mails in each language', async () => {
    await start(dialect);
    const entries: Entry[] = [];
    for (const { name, send, expected } of builtInMails()) {
      const { file, envelope } = await send(app.mail);
      entries.push({ name, dialect, file, envelope, expected });
    }
    expect(await problems(entries)).toEqual([]);
    expect(entries.length).toBeGreaterThan(10);
  });
});
