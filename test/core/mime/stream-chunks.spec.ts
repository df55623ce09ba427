import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { streamChunks } from '../../../lib/core/mime/stream-chunks.js';

async function chunksOf(stream: Readable): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of streamChunks(stream)) chunks.push(chunk);
  return chunks;
}

describe('The chunks of a stream', () => {
  it('come as they were written, and not joined', async () => {
    const written = [Buffer.alloc(3, 1), Buffer.alloc(5, 2), Buffer.alloc(100_000, 3)];
    const chunks = await chunksOf(Readable.from(written, { objectMode: false }));
    expect(chunks).toEqual(written);
  });

  it.each<[string, (stream: PassThrough) => unknown]>([
    ['was paused', stream => stream.pause()],
    ['somebody watches for what can be read', stream => stream.on('readable', () => {})],
    ['somebody counts', stream => stream.on('data', () => {})],
    ['has nothing to tell yet', () => {}],
  ])('are all of them where it %s', async (_, prepare) => {
    const stream = new PassThrough();
    prepare(stream);
    const reading = chunksOf(stream);
    for (let n = 0; n < 5; n++) {
      stream.write(Buffer.alloc(20_000, n));
      await new Promise(resolve => setImmediate(resolve));
    }
    stream.end();
    const all = Buffer.concat((await reading).filter(chunk => Buffer.isBuffer(chunk)));
    expect(all.length).toBe(100_000);
    expect([0, 1, 2, 3, 4].map(n => all[n * 20_000])).toEqual([0, 1, 2, 3, 4]);
  });

  it('are none of a stream that is empty, or has ended', async () => {
    const stream = Readable.from([]);
    expect(await chunksOf(stream)).toEqual([]);
    expect(await chunksOf(stream)).toEqual([]);
  });

  it('end with the error of the stream', async () => {
    const failing = Readable.from(
      (function* () {
        yield Buffer.alloc(1);
        throw new Error('the disk is gone');
      })(),
    );
    await expect(chunksOf(failing)).rejects.toThrow('the disk is gone');
  });

  it('end with an error where the stream was destroyed, before or meanwhile', async () => {
    const before = new PassThrough();
    before.destroy();
    await expect(chunksOf(before)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    const meanwhile = new PassThrough();
    const reading = chunksOf(meanwhile);
    meanwhile.write('x');
    setImmediate(() => meanwhile.destroy());
    await expect(reading).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('leave the stream destroyed where the reading ends early, whatever its end says', async () => {
    const stream = new Readable({
      read() {
        this.push(Buffer.alloc(10));
      },
      destroy: (_, done) => done(new Error('cannot be closed')),
    });
    for await (const chunk of streamChunks(stream)) {
      expect(chunk).toHaveLength(10);
      break;
    }
    await new Promise(resolve => setImmediate(resolve));
    expect(stream.destroyed).toBe(true);
    expect(stream.listenerCount('data')).toBe(0);
  });
});
