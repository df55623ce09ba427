import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { givesText, streamOctets } from '../../../lib/core/mime/stream-octets.js';
import { textCharset } from '../../../lib/core/mime/text-charset.js';

const EVERY = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7) % 256));

function octetsOf(stream: Readable, charset = 'utf-8'): Promise<Buffer> {
  return buffer(streamOctets(stream, textCharset(charset)));
}

/** A stream of octets that gives texts, because it was told so. */
function told(encoding: BufferEncoding, octets: Buffer, size = 7): Readable {
  const chunks = Array.from({ length: Math.ceil(octets.length / size) }, (_, index) =>
    octets.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(chunks, { objectMode: false }).setEncoding(encoding);
}

describe('The octets of a stream', () => {
  it.each([['latin1'], ['binary'], ['hex'], ['base64'], ['base64url']] as const)(
    'are those that setEncoding(%j) was called on',
    async encoding => {
      const stream = told(encoding, EVERY);
      expect([givesText(stream), (await octetsOf(stream)).equals(EVERY)]).toEqual([false, true]);
    },
  );

  it.each([
    ['utf8', 'utf-8'],
    ['utf8', 'windows-1252'],
    ['utf16le', 'utf-8'],
    ['utf16le', 'utf-16'],
  ] as const)('with setEncoding(%j) are its text in the character set %s', async (encoding, charset) => {
    const text = 'Größe – 100 € '.repeat(20);
    const stream = told(encoding, Buffer.from(text, encoding));
    expect(givesText(stream)).toBe(true);
    const { start, encode } = textCharset(charset);
    expect((await octetsOf(stream, charset)).equals(Buffer.concat([start, encode(text)]))).toBe(true);
  });

  it('are octets, arrays of octets and texts together, however characters are cut', async () => {
    const stream = Readable.from([
      'Gr\ud83c',
      '\udf89üße ',
      new Uint8Array([65, 66]),
      Buffer.from('!'),
      'x\ud83d',
    ]);
    expect((await octetsOf(stream)).toString()).toBe('Gr🎉üße AB!x\ufffd');
  });

  it('end with an error for a stream of something else, and one that fails or is gone', async () => {
    const gone = new Readable({ read: () => {} });
    setImmediate(() => gone.destroy());
    await expect(octetsOf(Readable.from([1, 2]))).rejects.toThrow('neither bytes nor text');
    await expect(octetsOf(Readable.from(['€']), 'latin1')).rejects.toThrow('U+20AC');
    await expect(octetsOf(gone)).rejects.toThrow(/premature close/i);
  });
});
