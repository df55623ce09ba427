import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailAttachment } from '../../../lib/core/message/mail-message.js';
import { assertWellFormedMail } from '../../support/eml.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import type { CompositionPath } from './composing.js';
import { compose, messageErrorOf, PATHS } from './composing.js';
import { randomNumbers } from './random-text.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 't' } as const;

/** Octets of a pattern whose length is prime, so that no two lines or chunks of them are the same. */
function octets(length: number): Buffer {
  const next = randomNumbers(length);
  return Buffer.alloc(length, Buffer.from(Array.from({ length: 10_007 }, () => next(256))));
}

async function contentsOf(
  { composed }: CompositionPath,
  ...attachments: MailAttachment[]
): Promise<Buffer[]> {
  const { parsed } = await composed({ ...BASE, attachments });
  return parsed.attachments.map(attachment => attachment.content);
}

describe.each(PATHS)('attached content, composed $path, comes back as it was', path => {
  const bytes = octets(10_000);

  it.each<[string, () => MailAttachment['content']]>([
    ['a Buffer', () => bytes],
    ['an array of octets', () => new Uint8Array(bytes)],
    [
      'a stream of chunks',
      () => Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 999), bytes.subarray(999)]),
    ],
    ['a stream of one octet each', () => Readable.from([...bytes].map(octet => Buffer.from([octet])))],
    ['a stream of arrays of octets', () => Readable.from([new Uint8Array(bytes)])],
  ])('from %s', async (_name, content) => {
    const [received] = await contentsOf(path, { filename: 'a.bin', content: content() ?? '' });
    expect(received?.equals(bytes)).toBe(true);
  });

  it('from a text', async () => {
    const text = '.\r\nGrüße\r🎉\n';
    expect((await contentsOf(path, { filename: 'a.txt', content: text }))[0]?.toString()).toBe(text);
  });

  it('from nothing', async () => {
    expect((await contentsOf(path, { filename: 'a.bin', content: Buffer.alloc(0) }))[0]?.length).toBe(0);
    expect((await contentsOf(path, { filename: 'a.bin', content: Readable.from([]) }))[0]?.length).toBe(0);
  });

  it('from several at once, in their order', async () => {
    const received = await contentsOf(
      path,
      { content: 'one' },
      { content: Readable.from(['t', 'wo']) },
      { content: Buffer.from('three') },
    );
    expect(received.map(String)).toEqual(['one', 'two', 'three']);
  });
});

describe('an attachment in memory', () => {
  it.each([[1000], [256 * 1024], [256 * 1024 + 1], [3_000_000]])(
    'is the same however often it is read: %d octets',
    async length => {
      const content = octets(length);
      const mail = await compose({ ...BASE, attachments: [{ content }] });
      for (const read of [
        buffer(mail.stream()),
        buffer(mail.stream()),
        mail.bytes(),
        buffer(mail.stream()),
      ]) {
        const { attachments } = await simpleParser(await read);
        expect(attachments[0]?.content.equals(content)).toBe(true);
        expect(mail.size).toBe((await read).length);
      }
    },
  );
});

describe.each(PATHS)('the name of an attachment, composed $path,', ({ composed }) => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it.each([
    ['report.pdf'],
    ['two words.pdf'],
    ['a   b.pdf'],
    ['semi;colon, comma.pdf'],
    ["it's 100%.pdf"],
    ['quo"te\\.pdf'],
    ['x*.txt'],
    ...[...' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'].flatMap(odd => [
      [`a${odd}b.txt`],
      [`${odd}b${odd}`.trim()],
    ]),
    ['Übersicht.pdf'],
    ['דוח שנתי.pdf'],
    ['🎉.pdf'],
    ['=?utf-8?Q?x?=.pdf'],
    [`${'long name '.repeat(20)}.pdf`],
    [`${'א'.repeat(200)}.pdf`],
    [`x${' '.repeat(20)}y.pdf`],
    [`${'x'.repeat(251)}.pdf`],
  ])('comes back as it was: %s', async filename => {
    const { parsed } = await composed({ ...BASE, attachments: [{ filename, content: 'x' }] });
    expect(parsed.attachments[0]?.filename).toBe(filename);
  });

  it('of hundreds of spaces leaves the mail well formed', async () => {
    const attachments = [{ filename: `${' '.repeat(250)}.pdf`, content: 'x' }];
    const { bytes } = await composed({ ...BASE, attachments });
    expect(() => assertWellFormedMail(bytes)).not.toThrow();
  });

  it('cannot bring headers along from the name of its file', async () => {
    const path = directory.write('a\r\nBcc: evil@x.com', 'x');
    const { bytes, parsed } = await composed({ ...BASE, attachments: [{ path }] });
    expect(parsed.attachments).toHaveLength(1);
    expect(bytes.toString()).not.toMatch(/^Bcc:/m);
  });
});

describe.each(PATHS)('the size of a mail, composed $path,', ({ composed }) => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it.each([[1024 * 1024 + 1], [1024 * 1024 + 56], [1024 * 1024 + 57], [3_000_000]])(
    'is known and right with a file of %d octets',
    async length => {
      const file = octets(length);
      const { mail, bytes, parsed } = await composed({
        ...BASE,
        attachments: [{ path: directory.write('big.bin', file) }],
      });
      expect(mail.size).toBe(bytes.length);
      expect(parsed.attachments[0]?.content.equals(file)).toBe(true);
    },
  );

  it('is not known with a stream', async () => {
    const { mail } = await composed({ ...BASE, attachments: [{ content: Readable.from(['x']) }] });
    expect(mail.size).toBeUndefined();
  });

  it('is the same however a mail with a big file is read, and however often', async () => {
    const path = directory.write('big.bin', octets(1_200_000));
    const mail = await compose({ ...BASE, attachments: [{ path }] });
    const streamed = await buffer(mail.stream());
    const again = await buffer(mail.stream());
    const whole = await mail.bytes();
    expect([streamed.equals(whole), again.equals(whole), whole.length]).toEqual([true, true, mail.size]);
  });

  it('that a file lost since it was looked at ends in an error', async () => {
    const path = directory.write('big.bin', octets(1_200_000));
    const mail = await compose({ ...BASE, attachments: [{ path }] });
    directory.remove();
    const error = await messageErrorOf(() => mail.bytes());
    expect([error.code, error.cause]).toEqual([
      'EMAILATTACHMENT',
      expect.objectContaining({ code: 'ENOENT' }),
    ]);
  });
});

describe('a mail with a big file', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it('can be left in the middle and read again from the start', async () => {
    const file = octets(2_000_000);
    const mail = await compose({ ...BASE, attachments: [{ path: directory.write('big.bin', file) }] });
    let read = 0;
    for await (const chunk of mail.stream()) {
      read += Buffer.isBuffer(chunk) ? chunk.length : 0;
      if (read > 100_000) break;
    }
    expect(read).toBeLessThan(1_000_000);
    expect((await simpleParser(await mail.bytes())).attachments[0]?.content.equals(file)).toBe(true);
  });
});

describe('a mail with a stream', () => {
  it('is well formed when it is read as a stream', async () => {
    const content = octets(200_000);
    const mail = await compose({
      ...BASE,
      attachments: [{ filename: 'a.bin', content: Readable.from([content]) }],
    });
    const bytes = await buffer(mail.stream());
    assertWellFormedMail(bytes);
    expect((await simpleParser(bytes)).attachments[0]?.content.equals(content)).toBe(true);
  });

  it('can be read again once its bytes were asked for', async () => {
    const mail = await compose({ ...BASE, attachments: [{ content: Readable.from(['x']) }] });
    const bytes = await mail.bytes();
    expect((await mail.bytes()).equals(bytes)).toBe(true);
    expect((await buffer(mail.stream())).equals(bytes)).toBe(true);
  });

  it('ends in an error when it is streamed a second time', async () => {
    const mail = await compose({ ...BASE, attachments: [{ content: Readable.from(['x']) }] });
    await buffer(mail.stream());
    expect((await messageErrorOf(() => buffer(mail.stream()))).code).toBe('EMAILATTACHMENT');
  });

  it.each<[string, () => Readable]>([
    [
      'fails in the middle',
      () =>
        Readable.from(
          (function* () {
            yield 'x';
            throw new Error('broken');
          })(),
        ),
    ],
    ['holds something else than octets', () => Readable.from([1, 2])],
    ['is of a file that does not exist', () => createReadStream('/nowhere/at/all')],
    [
      'is destroyed in the middle without an error',
      () => {
        const stream = new Readable({ read: () => {} });
        stream.push('x');
        setImmediate(() => stream.destroy());
        return stream;
      },
    ],
  ])('ends in an error, and does not hang, when the stream %s', async (_name, make) => {
    for (const read of ['bytes', 'stream'] as const) {
      const content = make();
      content.on('error', () => {});
      const mail = await compose({ ...BASE, attachments: [{ content }] });
      const error = await messageErrorOf(() => (read === 'bytes' ? mail.bytes() : buffer(mail.stream())));
      expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments']);
      expect(error.cause).toBeDefined();
    }
  });

  it('ends in an error when the stream failed before anybody read it', async () => {
    const content = createReadStream('/nowhere/at/all');
    const failed = new Promise(resolve => content.once('error', resolve));
    const mail = await compose({ ...BASE, attachments: [{ content }] });
    await failed;
    expect((await messageErrorOf(() => mail.bytes())).cause).toMatchObject({ code: 'ENOENT' });
  });

  it('lets go of the stream when its reader stops', async () => {
    const content = Readable.from([Buffer.alloc(100_000), Buffer.alloc(100_000), Buffer.alloc(100_000)]);
    const mail = await compose({ ...BASE, attachments: [{ content }] });
    const closed = new Promise(resolve => content.once('error', () => {}).once('close', resolve));
    let chunks = 0;
    for await (const chunk of mail.stream()) {
      chunks += Buffer.isBuffer(chunk) ? 1 : 0;
      if (chunks === 2) break;
    }
    await closed;
    expect([chunks, content.destroyed]).toEqual([2, true]);
  });
});
