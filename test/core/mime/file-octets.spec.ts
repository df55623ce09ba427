import { describe, expect, it } from '@jest/globals';
import { fileOctets } from '../../../lib/core/mime/file-octets.js';
import { useMailBench } from '../../support/mail-bench.js';

const bench = useMailBench();
const OCTETS = Buffer.from(Array.from({ length: 700_001 }, (_, index) => (index * 31) % 251));

describe.each([false, true])('The octets of a file, in memory that is used again: %s', reuse => {
  it.each([0, 1, 700_001])('are those of the file of %d', async size => {
    const folder = bench.folder();
    folder.write('a.bin', OCTETS.subarray(0, size));
    const copies: Buffer[] = [];
    for await (const piece of fileOctets(`${folder.path}/a.bin`, { reuse })) copies.push(Buffer.from(piece));
    expect(Buffer.concat(copies).equals(OCTETS.subarray(0, size))).toBe(true);
  });

  it('fail where there is none', async () => {
    const reading = fileOctets(`${bench.folder().path}/a.bin`, { reuse })[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
