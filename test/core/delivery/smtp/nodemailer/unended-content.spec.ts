import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { AsciiMail } from '../../../../../lib/core/delivery/smtp/ascii-mail.js';
import { createSigner } from '../../../../../lib/core/delivery/smtp/dkim/create-signer.js';
import type { ComposedMail } from '../../../../../lib/core/mime/composed-mail.js';
import { NarrowedMail } from '../../../../../lib/core/mime/narrowed-mail.js';

const HEAD = Buffer.from('From: a@contoso.com\r\nSubject: x\r\n\r\n');
const MAIL = Buffer.concat([HEAD, Buffer.from('Hello\r\n')]);

/** A mail whose end is held back for good. */
class NeverEnding implements ComposedMail {
  readonly envelope = { from: 'a@contoso.com', to: ['ann@contoso.com', 'bob@contoso.com'] };
  readonly messageId = '<x@contoso.com>';
  readonly size = MAIL.length;
  readonly unended = {
    bytes: async () => MAIL,
    stream: () => Readable.from([MAIL], { objectMode: false }),
    mayEnd: () => this.#never(),
  };

  async bytes(): Promise<Buffer> {
    return this.#never();
  }

  stream(): Readable {
    return Readable.from(
      (async function* (never: Promise<never>) {
        yield await never;
      })(this.#never()),
    );
  }

  async #never(): Promise<never> {
    throw new Error('it must not end');
  }
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const signer = createSigner({ domainName: 'contoso.com', keySelector: 'k', privateKey });

async function signed(mail: ComposedMail): Promise<ComposedMail> {
  if (!signer) throw new Error('there is no signer');
  return signer.sign(mail, AbortSignal.timeout(5000));
}

describe.each([
  ['narrowed', async (mail: ComposedMail) => new NarrowedMail(mail, ['ann@contoso.com'])],
  [
    'with an ASCII header',
    async (mail: ComposedMail) => new AsciiMail(mail, { bytes: HEAD, replaces: HEAD.length }),
  ],
  ['signed', async (mail: ComposedMail) => signed(mail)],
] as const)('A mail whose end is held back, %s', (_, wrap) => {
  it('has its content at once for who holds the end back', async () => {
    const { unended } = await wrap(new NeverEnding());
    expect((await unended?.bytes())?.toString()).toContain('Hello\r\n');
    expect((await buffer(unended?.stream() ?? Readable.from([]))).toString()).toContain('Hello\r\n');
    await expect(unended?.mayEnd()).rejects.toThrow('it must not end');
  });

  it('is held back from who does not know of it', async () => {
    const mail = await wrap(new NeverEnding());
    await expect(mail.bytes()).rejects.toThrow('it must not end');
    await expect(buffer(mail.stream())).rejects.toThrow('it must not end');
  });
});
