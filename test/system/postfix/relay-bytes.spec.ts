import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { headersOf } from '../../support/eml.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { PrivatePostfix } from './private-postfix.js';
import { RelayFolder } from './relay-folder.js';
import { drain, stopRelays } from './relay-process.js';

let postfix: PrivatePostfix;
let folder: RelayFolder;
let writer: MailApp | undefined;
beforeAll(async () => {
  postfix = await PrivatePostfix.start({
    parameters: {
      // A Maildir has LF at line ends whatever came; so what came with bare LF is refused at the end of the mail.
      smtpd_forbid_bare_newline: 'yes',
      smtpd_forbid_bare_newline_exclusions: '',
      // Postfix itself takes Bcc and others away, and would hide that the relay did not.
      message_drop_headers: '',
    },
  });
  folder = new RelayFolder(postfix);
});
afterEach(async () => {
  await stopRelays();
  await writer?.close();
  writer = undefined;
});
afterAll(async () => {
  folder?.remove();
  await postfix?.stop();
});

/** Empties the folder; returns the new copies in the Maildir by recipient. */
async function relay(marker: string): Promise<Map<string, Buffer[]>> {
  const { code, stderr } = await drain(folder);
  expect({ code, stderr, left: folder.contents() }).toEqual({ code: 0, stderr: '', left: [] });
  await postfix.idle();
  const copies = new Map<string, Buffer[]>();
  for (const mail of await postfix.mails()) {
    if (!mail.raw.includes(marker)) continue;
    expect(mail.sender).toBe('no-reply@contoso.test');
    copies.set(mail.recipient, [...(copies.get(mail.recipient) ?? []), mail.content]);
  }
  return copies;
}

/** Fails with offsets and not with megabytes. */
function expectCopies(copies: Map<string, Buffer[]>, recipients: readonly string[], expected: Buffer): void {
  expect([...copies.keys()].sort()).toEqual([...recipients].sort());
  for (const [, [copy = Buffer.alloc(0), ...more]] of copies) {
    expect(more).toEqual([]);
    const text = copy.toString('latin1');
    const difference = [...text].findIndex((character, index) => character.charCodeAt(0) !== expected[index]);
    expect({ length: copy.length, difference }).toEqual({ length: expected.length, difference: -1 });
  }
}

/** A file without the header fields that only name the envelope. */
function withoutEnvelope(file: Buffer): Buffer {
  const text = file.toString('latin1');
  const end = text.indexOf('\r\n\r\n') + 2;
  const header = text.slice(0, end).replace(/^(?:x-sender|x-receiver|bcc):.*\r\n(?:[ \t].*\r\n)*/gim, '');
  return Buffer.from(header + text.slice(end), 'latin1');
}

async function handWritten(name: string, lines: readonly string[], lineEnd = '\r\n'): Promise<void> {
  await folder.put([[name, Buffer.from(`${lines.join(lineEnd)}${lineEnd}`, 'latin1')]]);
}

describe('What arrives through a relay', () => {
  it.each([
    ['Iis', 'small', Buffer.from('.\r\n..\r\nFrom me\r\n')],
    ['Exchange', 'small', Buffer.from('.\r\n..\r\nFrom me\r\n')],
    ['Iis', 'of 6 MB', randomBytes(6 * 1024 * 1024)],
    ['Exchange', 'of 6 MB', randomBytes(6 * 1024 * 1024)],
  ] as const)(
    'is the file of the module (dialect %s, attachment %s) without the lines of the envelope',
    async (PickupFormat, _, content) => {
      writer = await startMailApp({
        FromAddress: 'No Reply <no-reply@contoso.test>',
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: folder.path,
        PickupFormat,
      });
      const receipt = await writer.mail.send({
        to: 'Ann Lee <ann@contoso.test>',
        cc: 'bob@contoso.test',
        bcc: ['cleo@contoso.test', 'dan@contoso.test'],
        subject: 'Réinitialisation — пароль 🔑'.repeat(20),
        text: '.\n..\n.one dot\nFrom here to there\nà bientôt\n'.repeat(100),
        attachments: [{ filename: 'données.bin', content }],
      });
      const [name = ''] = folder.waiting();
      const file = readFileSync(join(folder.path, name));
      // Each dialect names blind recipients in its own lines.
      const [field, other] = PickupFormat === 'Iis' ? ['X-Receiver', 'Bcc'] : ['Bcc', 'X-Receiver'];
      expect(headersOf(file, field).join()).toContain('cleo@contoso.test');
      expect(headersOf(file, other)).toEqual([]);
      const copies = await relay(receipt.messageId);
      const everybody = ['ann', 'bob', 'cleo', 'dan'].map(local => `${local}@contoso.test`);
      expectCopies(copies, everybody, withoutEnvelope(file));
      // Blind recipients stay blind.
      expect([...copies.values()].flat().filter(copy => copy.includes('cleo@contoso.test'))).toEqual([]);
    },
  );

  it('is a file as IIS SMTP takes it, to its X-Receiver lines alone and with leading dots as they are', async () => {
    const travelling = [
      'Received: from web01 by mail.contoso.test; Mon, 2 Nov 2026 10:00:00 +0000',
      'From: "Reset" <somebody-else@contoso.test>',
      'To: everybody@example.com',
      'Subject: =?utf-8?B?w6k=?=',
      '\t folded',
      'X-Receiver-Count: 2',
      'Message-ID: <iis-like@contoso.test>',
      '',
      '.',
      '..',
      '.hidden',
      'X-Receiver: not-in-the-header@contoso.test',
      '',
      'Bcc: nor-this@contoso.test',
      '.',
    ];
    await handWritten('IIS0001.EML'.toLowerCase(), [
      'x-sender: <no-reply@contoso.test>',
      'X-RECEIVER: ann@contoso.test',
      'x-receiver: <bob@contoso.test>',
      ...travelling.slice(0, 3),
      'Bcc: cleo@contoso.test,',
      ' dan@contoso.test',
      ...travelling.slice(3),
    ]);
    const expected = Buffer.from(`${travelling.join('\r\n')}\r\n`, 'latin1');
    expectCopies(await relay('<iis-like@contoso.test>'), ['ann@contoso.test', 'bob@contoso.test'], expected);
  });

  it('has CRLF at its line ends when the file has LF alone', async () => {
    const lines = [
      'From: no-reply@contoso.test',
      'To: ann@contoso.test',
      'Message-ID: <lf-only@contoso.test>',
      '',
      '.',
      'one',
      '',
      '..two',
    ];
    await handWritten('lf.eml', [...lines.slice(0, 2), 'Bcc: bob@contoso.test', ...lines.slice(2)], '\n');
    expectCopies(
      await relay('<lf-only@contoso.test>'),
      ['ann@contoso.test', 'bob@contoso.test'],
      Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'),
    );
  });

  it('has its 8-bit bytes as they were, in whatever charset', async () => {
    const everyByte = Array.from({ length: 0x100 - 0x20 }, (_, index) => String.fromCharCode(index + 0x20));
    const lines = [
      'From: no-reply@contoso.test',
      'To: ann@contoso.test',
      'Message-ID: <eight-bit@contoso.test>',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: 8bit',
      '',
      everyByte.join(''),
      Buffer.from('пароль 🔑').toString('latin1'),
    ];
    await handWritten('eight-bit.eml', lines);
    expectCopies(
      await relay('<eight-bit@contoso.test>'),
      ['ann@contoso.test'],
      Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'),
    );
  });

  it('is every line of a file of 6 MB that is read while it is sent, dots and 8-bit bytes included', async () => {
    const lines = Array.from({ length: 90_000 }, (_, index) =>
      index % 3 === 0 ? `.${index}` : `${'.'.repeat(index % 5)}é ${index} ${'x'.repeat(index % 130)}`,
    );
    const travelling = [
      'From: no-reply@contoso.test',
      'To: ann@contoso.test',
      'Message-ID: <large@contoso.test>',
      '',
      ...lines,
    ];
    await handWritten('large.eml', [
      'X-Sender: no-reply@contoso.test',
      'X-Receiver: ann@contoso.test',
      ...travelling,
    ]);
    const expected = Buffer.from(`${travelling.join('\r\n')}\r\n`, 'latin1');
    // Otherwise it would leave in one piece.
    expect(expected.length).toBeGreaterThan(4 * 1024 * 1024);
    expectCopies(await relay('<large@contoso.test>'), ['ann@contoso.test'], expected);
  });
});
