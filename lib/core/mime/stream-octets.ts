import type { Readable } from 'node:stream';
import { streamChunks } from './stream-chunks.js';
import type { TextCharset } from './text-charset.js';

/** Encodings of setEncoding() whose strings stand for octets one to one, whatever these mean. */
const OF_OCTETS: ReadonlySet<string> = new Set(['latin1', 'binary', 'hex', 'base64', 'base64url']);

/** Whether a stream was told by setEncoding() to give texts, in which octets that are no text of that encoding are lost. */
export function givesText({ readableEncoding }: Readable): boolean {
  return readableEncoding !== null && !OF_OCTETS.has(readableEncoding);
}

/**
 * Reads the octets of a stream, whatever it gives: texts are written in a character set, and what setEncoding() has made of
 * octets becomes these octets again. Ends with the stream's error when the stream fails, ends early or was destroyed before.
 *
 * @throws TypeError when it holds something else
 */
export async function* streamOctets(stream: Readable, charset: TextCharset): AsyncGenerator<Uint8Array> {
  let half = '';
  let begun = false;
  const written = function* (text: string): Generator<Buffer> {
    if (!begun && charset.start.length > 0) yield charset.start;
    begun = true;
    yield charset.encode(text);
  };
  for await (const chunk of streamChunks(stream)) {
    if (typeof chunk !== 'string') {
      if (!(chunk instanceof Uint8Array))
        throw new TypeError('The stream holds something that is neither bytes nor text');
      begun = true;
      yield chunk;
      continue;
    }
    const { readableEncoding } = stream;
    if (readableEncoding !== null && OF_OCTETS.has(readableEncoding)) {
      yield Buffer.from(chunk, readableEncoding);
      continue;
    }
    const text = half + chunk;
    // Streams cut texts anywhere, also within a character.
    const cut = /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
    half = text.slice(cut);
    if (cut > 0) yield* written(text.slice(0, cut));
  }
  if (half !== '') yield* written(half);
}
