import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pickupEnvelope } from '../../lib/core/delivery/pickup/pickup-envelope.js';
import { readHead } from '../../lib/relay/mail/read-head.js';
import type { MailHead } from '../../lib/relay/mail/read-head.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const AUTHOR = 'From: a@contoso.com\r\nTo: ann@contoso.com\r\n';
const receivers = (count: number): string =>
  `X-Sender: a@contoso.com\r\n${Array.from({ length: count }, (_, index) => `X-Receiver: receiver${index}@mail.contoso.com\r\n`).join('')}`;

let directory: TemporaryDirectory;
let file: FileHandle | undefined;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(async () => {
  await file?.close();
  directory.remove();
});

async function headOf(content: string): Promise<MailHead> {
  file = await open(directory.write('x.eml', content));
  const { size } = await file.stat();
  return readHead(file, size);
}

describe('The head of a file', () => {
  it('holds the lines of many receivers, which may be larger than a header may be', async () => {
    const content = `${receivers(40_000)}${AUTHOR}\r\n${'body\r\n'.repeat(100_000)}`;
    const { bytes, header } = await headOf(content);
    expect(header.end).toBeGreaterThan(1024 * 1024);
    expect(pickupEnvelope(bytes, header).to).toHaveLength(40_000);
    expect(bytes.toString('latin1', header.end, header.end + 6)).toBe('\r\nbody');
  });

  it.each([
    [
      'more receivers than are read',
      `${receivers(60_000)}${AUTHOR}\r\nx`,
      'It names more than 50,000 recipients',
    ],
    [
      'more of them than a file may begin with',
      `${receivers(400_000)}${AUTHOR}\r\nx`,
      'It names more than 50,000 recipients',
    ],
    [
      'too much behind them',
      `${receivers(20_000)}${AUTHOR}${'X-Long: xxxxxxxxxxxxxxxx\r\n'.repeat(50_000)}\r\nx`,
      'its header does not end within 1 MiB',
    ],
    [
      'too much without them',
      `${AUTHOR}${'X-Long: xxxxxxxxxxxxxxxx\r\n'.repeat(50_000)}\r\nx`,
      'does not end within 1 MiB',
    ],
    [
      'lines of them without an end',
      `X-Receiver: ${'x'.repeat(20_000_000)}`,
      'X-Receiver lines are larger than 16 MiB',
    ],
  ])('is refused with %s', async (_what, content, message) => {
    await expect(headOf(content)).rejects.toThrow(message);
  });
});
