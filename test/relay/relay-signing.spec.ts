import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailRelayOptions } from 'nest-mailroom/relay';
import { ed25519Key, rsaKey } from '../support/dkim-keys.js';
import { verifyDkim } from '../support/dkim-verifier.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import { iisMail, publish, RelayApp } from '../support/relay-app.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const KEY = rsaKey();
const DKIM = { Domain: 'contoso.com', Selector: 'mail', PrivateKey: KEY.pem };

let folder: TemporaryDirectory;
let sink: MailSink;
let relay: RelayApp | undefined;
beforeEach(async () => {
  folder = temporaryDirectory();
  sink = await MailSink.start();
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  await sink.close();
  folder.remove();
});

async function start(more: object, options: Partial<MailRelayOptions> = {}): Promise<RelayApp> {
  const settings = { PickupDirectory: folder.path, Host: sink.host, Port: sink.port, ...more };
  relay = await RelayApp.start({ settings, ...options });
  return relay;
}

const failures = (raw: Buffer = Buffer.alloc(0)): (string | undefined)[] =>
  verifyDkim(raw, () => KEY.record).map(({ failure }) => failure);

describe('A relay with the setting Dkim', () => {
  it.each([
    ['a mail', iisMail('a')],
    ['a mail with line ends of Unix', iisMail('a').replaceAll('\r\n', '\n')],
    ['a mail with dots and blanks', iisMail('a', undefined, '.\r\n..x  y \r\n\t\r\n\r\n')],
    ['a mail without a body', iisMail('a', undefined, '')],
    ['a mail of several megabytes', iisMail('a', undefined, 'a line  of text \r\n'.repeat(400_000))],
    ['a mail with octets beyond ASCII', iisMail('a', undefined, 'Größe\r\n')],
  ])('signs %s so that a receiver can verify it', async (_, content) => {
    const { logger } = await start({ Dkim: DKIM });
    publish(folder.path, 'a.eml', content);
    const [mail] = await sink.waitForMessages(1);
    expect(failures(mail?.raw)).toEqual([undefined]);
    expect(mail?.raw.toString()).toContain('From: Identity <no-reply@contoso.com>\r\n');
    expect(logger.warnings).toEqual([]);
  });

  it('signs a mail that has a signature of the same domain once more and leaves that one as it is', async () => {
    await start({ Dkim: DKIM });
    const first =
      'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=contoso.com; s=old; h=from; bh=x; b=y';
    const content = iisMail('a').replace('From:', `${first}\r\nFrom:`);
    publish(folder.path, 'a.eml', content);
    const [mail] = await sink.waitForMessages(1);
    expect(mail?.raw.toString()).toContain(`${first}\r\n`);
    expect(failures(mail?.raw)).toEqual([undefined, 'the body hash differs']);
  });

  it('signs also when the settings of the application choose the pickup directory', async () => {
    await start({ UseSpecifiedPickupDirectory: true, Dkim: DKIM });
    publish(folder.path, 'a.eml', iisMail('a'));
    const [mail] = await sink.waitForMessages(1);
    expect(failures(mail?.raw)).toEqual([undefined]);
  });

  it('does not start with a key that cannot sign', async () => {
    expect(
      await rejection(start({ Dkim: { ...DKIM, PrivateKeyFile: '/nowhere', PrivateKey: undefined } })),
    ).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key: 'Dkim.PrivateKeyFile' }],
    });
  });

  it('signs with the keys of code instead, and does not start with bad ones', async () => {
    const ed = ed25519Key();
    const dkim = { domainName: 'contoso.com', keySelector: 'ed', privateKey: ed.pem };
    expect(await rejection(start({}, { smtp: { dkim: { ...dkim, privateKey: 'abc' } } }))).toMatchObject({
      problems: [{ key: 'smtp.dkim.privateKey' }],
    });
    const { logger } = await start({ Dkim: DKIM }, { smtp: { dkim } });
    publish(folder.path, 'a.eml', iisMail('a'));
    const [mail] = await sink.waitForMessages(1);
    expect(verifyDkim(mail?.raw ?? Buffer.alloc(0), () => ed.record).map(({ failure }) => failure)).toEqual([
      undefined,
    ]);
    expect(logger.warnings).toEqual([expect.stringContaining('the setting Dkim is not used')]);
  });
});
