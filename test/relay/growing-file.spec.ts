import { ftruncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SpooledMail } from '../../lib/relay/mail/spooled-mail.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ pollMs: 50 });
const GIB = 1024 ** 3;
/** Too large for a mail to be kept in memory. */
const LARGE_BODY = `${'x'.repeat(70)}\r\n`.repeat(30_000);

describe('A file whose size is far beyond its content', () => {
  it.each([2 * GIB + 1, 8 * 1024 * GIB])(
    'goes to badmail unread when it is a mail: %s octets',
    async size => {
      publish(bench.folder.path, 'y.eml', iisMail('y'));
      const file = await open(join(bench.folder.path, 'x.eml'), 'wx');
      await file.write(iisMail('x'));
      ftruncateSync(file.fd, size);
      await file.close();
      const app = await bench.relay();
      await app.until('rejected');
      await app.until('sent');
      expect(app.of('rejected')[0]?.reason).toBe('It is larger than 2 GiB.');
      expect(app.of('sent').map(({ file: name }) => name)).toEqual(['y.eml']);
    },
  );
});

describe('A file that grows while it is read', () => {
  it('is read up to the size that it had', async () => {
    const mail = iisMail('x', ['ann@contoso.com'], LARGE_BODY);
    const file = await open(bench.folder.write('x.eml', mail), 'r+');
    const spooled = await SpooledMail.open(file, Buffer.byteLength(mail), { undoDotStuffing: false });
    ftruncateSync(file.fd, 1024 * GIB);
    let octets = 0;
    for await (const chunk of spooled.chunks()) octets += chunk.length;
    await file.close();
    expect(octets).toBe(spooled.size);
  });
});
