import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, nat } from 'fast-check';
import { createSigner } from '../../../../../lib/core/delivery/smtp/dkim/create-signer.js';
import type { ComposedMail } from '../../../../../lib/core/mime/composed-mail.js';
import { ed25519Key } from '../../../../support/dkim-keys.js';
import { verifyDkim } from '../../../../support/dkim-verifier.js';

const KEY = ed25519Key();
const signer = createSigner({ domainName: 'contoso.com', keySelector: 'k', privateKey: KEY.pem });
const HEAD = 'From: a@contoso.com\r\nTo: ann@contoso.com\r\nSubject:  two \t blanks \r\n\r\n';
const LARGEST_KEPT = 1024 * 1024;

/** A mail that is held in memory. */
function mailOf(content: Buffer): ComposedMail {
  return {
    envelope: { from: 'a@contoso.com', to: ['ann@contoso.com'] },
    messageId: '<x@contoso.com>',
    size: content.length,
    bytes: async () => content,
    stream: () => Readable.from([content], { objectMode: false }),
  };
}

/** A mail whose end is held back, read in pieces; counts how often it is read. */
function spooledOf(pieces: readonly Buffer[]): ComposedMail & { reads: number } {
  const whole = Buffer.concat(pieces);
  const mail = {
    ...mailOf(whole),
    reads: 0,
    unended: {
      bytes: async (): Promise<Buffer> => Buffer.concat(pieces),
      stream: (): Readable => {
        mail.reads++;
        return Readable.from(pieces, { objectMode: false });
      },
      mayEnd: async (): Promise<void> => {},
    },
  };
  return mail;
}

async function signed(mail: ComposedMail): Promise<ComposedMail> {
  if (!signer) throw new Error('there is no signer');
  return signer.sign(mail, new AbortController().signal);
}

/** What leaves on the wire, once a receiver has taken the dots off: every line end is CRLF, the last line has one. */
function received(content: Buffer): Buffer {
  const text = content.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1');
}

const failuresOf = (content: Buffer): (string | undefined)[] =>
  verifyDkim(received(content), () => KEY.record).map(({ failure }) => failure);

describe('A signature verifies after the mail has been on the wire:', () => {
  it.each([
    ['no body at all', 'From: a@contoso.com\r\n\r\n'],
    ['no empty line behind the header', 'From: a@contoso.com\r\n'],
    ['no line end at all', 'From: a@contoso.com'],
    ['nothing but empty lines in the body', `${HEAD}\r\n\r\n\r\n`],
    ['nothing but blanks in the body', `${HEAD} \t \r\n \r\n`],
    ['no line end behind the body', `${HEAD}text`],
    ['bare LF in header and body', `${HEAD.replaceAll('\r\n', '\n')}one\n two \n\n\nthree\n\n`],
    ['bare CR in header and body', `${HEAD.replaceAll('\r\n', '\r')}one\r two \r\r\rthree\r\r`],
    ['CR before CRLF', `${HEAD}one\r\r\ntwo\r\r\r\n`],
    ['LF behind an empty line with CR', `From: a@contoso.com\r\r\n\ntext\r\n`],
    ['control characters and a NUL', `${HEAD}a\0b\x01\x0b\x0c c\r\n`],
    ['folded fields', 'From: a\r\n  <a@contoso.com>\r\nTo:\r\n\tann@contoso.com\r\n\r\nx\r\n'],
    ['blanks before the colon', 'From : a@contoso.com\r\nSUBJECT  :x\r\n\r\nx\r\n'],
    ['a line in the header that is no field', 'From: a@contoso.com\r\nnonsense\r\n\r\nx\r\n'],
    [
      'several fields of one name',
      'From: a@contoso.com\r\nTo: a@x.com\r\nTo: b@x.com\r\nFrom: c@x.com\r\n\r\nx\r\n',
    ],
    ['a signature of somebody else', `DKIM-Signature: v=1; d=contoso.com; b=x\r\n${HEAD}x\r\n`],
    ['octets beyond ASCII', `${HEAD}Gr\u00f6\u00dfe \u00a0 \u00a0\r\n`],
  ])('%s', async (_, content) => {
    const mail = await signed(mailOf(Buffer.from(content, 'latin1')));
    expect(failuresOf(await mail.bytes())[0]).toBeUndefined();
  });

  it('any body, in any pieces', async () => {
    const octet = constantFrom('a', 'b', ' ', ' ', '\t', '\r', '\n', '\r\n', '\r\n', '.', '\u00ff');
    const body = array(octet, { maxLength: 40 }).map(parts => parts.join(''));
    const cuts = array(nat(120), { maxLength: 5 });
    await assert(
      asyncProperty(body, cuts, async (text, at) => {
        // Large enough to be read in pieces.
        const whole = Buffer.from(`${HEAD}${text}${'x'.repeat(LARGEST_KEPT)}${text}`, 'latin1');
        const places = [0, ...at.toSorted((left, right) => left - right), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        const mail = await signed(spooledOf(pieces.filter(({ length }) => length > 0)));
        const content = await buffer((mail.unended ?? mail).stream());
        expect(failuresOf(content)).toEqual([undefined]);
      }),
      { numRuns: 60 },
    );
  });
});

it('A large mail whose end is held back is read twice and not kept', async () => {
  const mail = spooledOf([Buffer.from(HEAD), Buffer.alloc(LARGEST_KEPT, 'line\r\n')]);
  const result = await signed(mail);
  expect(mail.reads).toBe(1);
  const content = await buffer((result.unended ?? result).stream());
  expect(mail.reads).toBe(2);
  expect(content.length).toBe(result.size);
  expect(failuresOf(content)).toEqual([undefined]);
});

it('A signed mail has the size, the bytes and the stream of what leaves, and leaves the unsigned one as it was', async () => {
  const content = Buffer.from(`${HEAD}Hello\r\n`);
  const mail = mailOf(content);
  const result = await signed(mail);
  const bytes = await result.bytes();
  expect(result.size).toBe(bytes.length);
  expect(await buffer(result.stream())).toEqual(bytes);
  expect(bytes.subarray(-content.length)).toEqual(content);
  expect(await mail.bytes()).toBe(content);
});

it('Reading a mail to sign it ends when the signal fires', async () => {
  const ending = new AbortController();
  const never = { ...mailOf(Buffer.from(HEAD)), bytes: () => new Promise<Buffer>(() => {}) };
  const signing = signer?.sign(never, ending.signal);
  ending.abort(new Error('enough'));
  await expect(signing).rejects.toThrow('enough');
});

it('A header of a million blanks is signed in time', async () => {
  const head = `From: a@contoso.com\r\nSubject: x${' '.repeat(500_000)}y${' \t'.repeat(250_000)}\r\nOdd${' '.repeat(500_000)}x: y\r\n\r\n`;
  const mail = await signed(mailOf(Buffer.from(`${head}x\r\n`)));
  expect(verifyDkim(await mail.bytes(), () => KEY.record)[0]?.names).toContain('subject');
});
