import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { AsciiMail } from '../../../../../lib/core/delivery/smtp/ascii-mail.js';
import { MessageSource } from '../../../../../lib/core/delivery/smtp/nodemailer/message-source.js';
import type { ComposedMail, UnendedContent } from '../../../../../lib/core/mime/composed-mail.js';

const MAIL = Buffer.from('From: a@contoso.com\r\nSubject: x\r\n\r\nHello\r\n');

/** A mail whose end waits for others, and is then looked at. */
function heldBack(steps: string[], size: number | undefined): ComposedMail {
  const unended: UnendedContent = {
    bytes: async () => MAIL,
    stream: () => Readable.from([MAIL], { objectMode: false }),
    turn: async () => void steps.push('waits for its turn'),
    mayEnd: async () => void steps.push('is looked at'),
  };
  return {
    envelope: { from: 'a@contoso.com', to: ['ann@contoso.com'] },
    messageId: '<x@contoso.com>',
    ...(size !== undefined && { size }),
    unended,
    bytes: async () => MAIL,
    stream: () => Readable.from([MAIL], { objectMode: false }),
  };
}

it.each([
  ['in memory', MAIL.length, (mail: ComposedMail) => mail],
  ['as a stream', undefined, (mail: ComposedMail) => mail],
  [
    'narrowed to ASCII',
    MAIL.length,
    (mail: ComposedMail) => new AsciiMail(mail, { bytes: Buffer.alloc(0), replaces: 0 }),
  ],
])(
  'A mail (%s) may lose its connection to another while it waits for its turn, and not after that',
  async (_, size, wrapped) => {
    const steps: string[] = [];
    const source = new MessageSource(wrapped(heldBack(steps, size)), async wait => {
      steps.push('may lose its connection');
      await wait();
      steps.push('keeps its connection');
    });
    const content = await source.content();
    expect(String(await buffer(content))).toBe(String(MAIL));
    expect(steps).toEqual([
      'may lose its connection',
      'waits for its turn',
      'keeps its connection',
      'is looked at',
    ]);
  },
);
