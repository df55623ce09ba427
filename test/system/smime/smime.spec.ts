import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { MailHook, MailMessage } from '../../../lib/index.js';
import { loadBlock, typeScriptBelow } from '../../docs/block-module.js';
import { rsaKey } from '../../support/dkim-keys.js';
import { verifyDkim } from '../../support/dkim-verifier.js';
import { assertWellFormedMail } from '../../support/eml.js';
import { useMailBench } from '../../support/mail-bench.js';
import { rejection } from '../../support/rejection.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const bench = useMailBench();

const MAILS: readonly (readonly [name: string, make: () => Partial<MailMessage>])[] = [
  ['text alone', () => ({ text: 'Hello Ann\n\n.\n.. \n\nBye' })],
  [
    'text and HTML in other scripts, with a picture and files',
    () => ({
      text: 'à bientôt, до свидания',
      html: '<p>à bientôt <img src="cid:logo" alt="Logo"></p>',
      attachments: [
        { filename: 'logo.png', content: Buffer.from('png!'), contentType: 'image/png', cid: 'logo' },
        { filename: 'données.bin', content: Buffer.alloc(200_000, 'binary \0\r\n') },
        { filename: 'stream.bin', content: Readable.from([Buffer.alloc(70_000, 1)]) },
      ],
    }),
  ],
];

describe('The recipe for S/MIME', () => {
  let folder: TemporaryDirectory;
  let hook: Type<MailHook>;
  let certificate: string;
  let signing: (changed?: (code: string) => string) => Promise<Type<MailHook>>;

  beforeAll(async () => {
    folder = temporaryDirectory();
    certificate = join(folder.path, 'no-reply.crt');
    const key = join(folder.path, 'no-reply.key');
    await openssl([
      ...'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Contoso'.split(' '),
      '-addext',
      'subjectAltName=email:no-reply@contoso.com',
      '-addext',
      'extendedKeyUsage=emailProtection',
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    signing = async (changed = code => code) => {
      const block = typeScriptBelow('docs/recipes.md', 'Signing with S/MIME')[0];
      const directory = temporaryDirectory();
      try {
        const { SmimeSigning } = await loadBlock(directory, block, code =>
          changed(
            code.replace('/etc/contoso/no-reply.crt', certificate).replace('/etc/contoso/no-reply.key', key),
          ),
        );
        return SmimeSigning as Type<MailHook>;
      } finally {
        directory.remove();
      }
    };
    hook = await signing();
  });
  afterAll(() => folder.remove());

  /** What `openssl cms -verify` says was signed; rejects when the signature does not count. */
  async function verified(raw: Buffer): Promise<string> {
    const file = folder.write(`mail-${Date.now()}-${Math.random()}.eml`, raw);
    const { stdout } = await openssl(['cms', '-verify', '-in', file, '-CAfile', certificate]);
    return stdout.toString('latin1');
  }

  const settings = (more: object): object => ({ FromAddress: 'no-reply@contoso.com', ...more });
  const message = (more: Partial<MailMessage>): MailMessage =>
    ({ to: 'Ann <ann@contoso.com>', subject: 'Signé', ...more }) as MailMessage;

  it.each(MAILS)('signs %s so that openssl verifies it, and readers read it', async (_name, make) => {
    const sink = await bench.sink();
    const key = rsaKey();
    const Dkim = { Domain: 'contoso.com', Selector: 'mail', PrivateKey: key.pem };
    const { mail } = await bench.app(settings({ Host: sink.host, Port: sink.port, Dkim }), { hooks: [hook] });
    await mail.send(message(make()));
    const [received] = sink.messages;
    const raw = received?.raw ?? Buffer.alloc(0);
    assertWellFormedMail(raw);
    const content = await verified(raw);
    const parsed = await received?.parse();
    const { text, attachments = [] } = make();
    expect(parsed).toMatchObject({
      subject: 'Signé',
      to: { text: expect.stringContaining('ann@contoso.com') },
    });
    expect(parsed?.text?.trimEnd()).toBe(text || undefined);
    expect(parsed?.attachments).toHaveLength(attachments.length + 1);
    expect(raw.toString('latin1')).toContain(content);
    expect(content).toMatch(/^Content-Type: /);
    expect(verifyDkim(raw, () => key.record).map(({ failure }) => failure)).toEqual([undefined]);
  });

  it.each(MAILS)('signs %s that becomes a file', async (_name, make) => {
    const pickup = bench.folder();
    const { mail } = await bench.app(
      settings({ UseSpecifiedPickupDirectory: true, PickupDirectory: pickup.path, PickupFormat: 'Exchange' }),
      { hooks: [hook] },
    );
    await mail.send(message(make()));
    const [file = ''] = readdirSync(pickup.path).filter(name => name.endsWith('.eml'));
    expect(await verified(readFileSync(join(pickup.path, file)))).toMatch(/^Content-Type: /);
  });

  it('makes a signature that does not count when a word is changed', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.app(settings({ Host: sink.host, Port: sink.port }), { hooks: [hook] });
    await mail.send(message({ text: 'Pay 100 euros' }));
    const changed = String(sink.messages[0]?.raw).replace('100 euros', '900 euros');
    expect(String(await rejection(verified(Buffer.from(changed))))).toMatch(
      /verification failure|verify error/i,
    );
  });

  it('lets nothing leave when openssl cannot sign', async () => {
    const sink = await bench.sink();
    const broken = await signing(code => code.replace(certificate, '/no/such/certificate'));
    const { mail } = await bench.app(settings({ Host: sink.host, Port: sink.port }), { hooks: [broken] });
    const files = [{ filename: 'large.bin', content: Buffer.alloc(1_000_000) }];
    expect(await rejection(mail.send(message({ text: 'x', attachments: files })))).toMatchObject({
      code: 'EMAILHOOK',
      field: 'SmimeSigning.beforeDelivery',
      message: expect.stringContaining('openssl'),
    });
    expect(sink.connections).toBe(0);
  });
});

function openssl(args: readonly string[]): Promise<{ stdout: Buffer }> {
  return promisify(execFile)('openssl', args, { encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 });
}
