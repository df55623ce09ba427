import { afterEach, describe, expect, it } from '@jest/globals';
import { SmtpMailDelivery } from '../../../../lib/core/delivery/smtp/smtp-mail-delivery.js';
import type { ComposedMail } from '../../../../lib/core/mime/composed-mail.js';
import { resolveMailSettings } from '../../../../lib/core/settings/resolve-mail-settings.js';
import { createCertificateAuthority } from '../../../support/certificates.js';
import { rejection } from '../../../support/rejection.js';
import type { LastWord } from '../../../support/tls-server-thread.js';
import { TlsServerThread } from '../../../support/tls-server-thread.js';
import { compose } from '../../mime/composing.js';

const BUSY_MS = 100;
const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });

/** A mail with whose end the process becomes busy: the server acts on the message before anything else is heard here. */
async function mailBeforeBusiness(): Promise<ComposedMail> {
  const mail = await compose({ to: 'ann@contoso.com', subject: 'Busy', text: 'Hello' });
  const { envelope, messageId } = mail;
  const size = (await mail.bytes()).length;
  const mayEnd = async (): Promise<void> => {
    // After the few microtasks in which the message is written, and before the event loop goes on.
    void microtasks(20).then(block);
  };
  const unended = { bytes: () => mail.bytes(), stream: () => mail.stream(), mayEnd };
  return { envelope, messageId, size, unended, bytes: () => mail.bytes(), stream: () => mail.stream() };
}

async function microtasks(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await undefined;
}

function block(): void {
  const until = performance.now() + BUSY_MS;
  while (performance.now() < until);
}

describe('A process that is busy while its mail server acts on an encrypted message', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function delivery(lastWord: LastWord): Promise<SmtpMailDelivery> {
    const server = await TlsServerThread.start(certificate, lastWord);
    closers.unshift(() => server.stop());
    const settings = resolveMailSettings({
      Host: '127.0.0.1',
      Port: server.port,
      FromAddress: 'no-reply@contoso.com',
      SecureSocketOption: 'SslOnConnect',
    });
    const made = new SmtpMailDelivery({ settings, extra: { tls: { ca: authority.cert } } });
    closers.unshift(() => made.close(0));
    return made;
  }

  it('knows that the message was accepted', async () => {
    const smtp = await delivery('250 taken');
    expect(await smtp.deliver(await mailBeforeBusiness())).toMatchObject({
      status: 'accepted',
      accepted: ['ann@contoso.com'],
    });
  });

  it('knows that the message was refused for good', async () => {
    const smtp = await delivery('554 5.7.1 not this');
    expect(await rejection(smtp.deliver(await mailBeforeBusiness()))).toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable: false,
      responseCode: 554,
    });
  });

  it('does not claim that nothing was delivered when the server has gone away with the message', async () => {
    const smtp = await delivery(undefined);
    expect(await rejection(smtp.deliver(await mailBeforeBusiness()))).toMatchObject({
      phase: 'after-data',
      retryable: 'unknown',
    });
  });
});
