import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailModuleOptions } from '../../../lib/core/mail/mail.module-options.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { assertWellFormedMail } from '../../support/eml.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { eventually } from '../postfix/eventually.js';
import type { DeliveredMail } from '../postfix/maildir.js';
import type { RelayApp } from '../postfix/relay-app.js';
import { startRelayApp } from '../postfix/relay-app.js';
import { RelayFolder } from '../postfix/relay-folder.js';
import type { MailServer, MailServerPorts } from './mail-server.js';
import { RecordingDelivery } from './recording-delivery.js';

/** What is particular about a server. */
export interface ServerTraits {
  /** Finds the lines that the server logs when a client connects, one for each connection. */
  readonly connection: RegExp;
  /** Whether the server can do the TLS that it offers. */
  readonly tls: boolean;
  /** Whether the server takes addresses that are not of ASCII alone (RFC 6531). */
  readonly smtpUtf8: boolean;
  /** What the server says to a recipient in a foreign domain. */
  readonly foreign: { readonly code: number };
}

const MODES = [
  ['plain', 'None'],
  ['startTls', 'StartTls'],
  ['implicitTls', 'SslOnConnect'],
] as const;
const ANN = 'ann@contoso.test';
const BOB = 'bob@contoso.test';

/** Tests that hold for every real server: what was sent arrives, whole and once, by module and relay. */
export function testDelivery(name: string, start: () => Promise<MailServer>, traits: ServerTraits): void {
  let server: MailServer;
  const apps: (MailApp | RelayApp)[] = [];
  const folders: RelayFolder[] = [];
  beforeAll(async () => {
    server = await start();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    for (const folder of folders.splice(0)) folder.remove();
  });
  afterAll(async () => {
    await server?.stop();
  });

  const settings = (port: keyof MailServerPorts, SecureSocketOption: string): MailSettingsInput => ({
    Host: server.host,
    Port: server.ports[port],
    FromAddress: 'No Reply <no-reply@contoso.test>',
    SecureSocketOption,
    ConnectionTimeout: 10,
  });
  const startApp = async (
    port: keyof MailServerPorts,
    option: string,
    further: MailSettingsInput = {},
    options: MailModuleOptions = { smtp: { tls: { ca: server.ca } } },
  ): Promise<MailApp> => {
    const app = await startMailApp({ ...settings(port, option), ...further }, options);
    apps.push(app);
    return app;
  };
  const copiesOf = async (marker: string): Promise<DeliveredMail[]> => {
    await server.idle();
    return (await server.mails()).filter(({ raw }) => raw.includes(marker));
  };

  describe(`A real ${name}`, () => {
    it.each(MODES.filter(([port]) => traits.tls || port === 'plain'))(
      'gets on its port “%s” every byte as it was composed (%s)',
      async (port, option) => {
        const recording = await RecordingDelivery.create(settings(port, option), server.ca);
        const app = await startApp(port, option, {}, { delivery: recording });
        const { messageId } = await app.mail.send({
          to: ANN,
          cc: `Bob <${BOB}>`,
          subject: 'Réinitialisation — пароль 🔑 '.repeat(40),
          text: '.\n..\nFrom here to there\nà bientôt\n'.repeat(2000),
          html: '<p>Bonjour\n.</p>',
          attachments: [
            { filename: 'from.eml', content: '.\r\n..\r\nFrom me\r\n' },
            { filename: 'données.bin', content: randomBytes(300_000) },
          ],
        });
        const copies = await copiesOf(messageId);
        expect(copies.map(copy => copy.recipient).sort()).toEqual([ANN, BOB]);
        for (const copy of copies) expect(copy.content.equals(recording.composed)).toBe(true);
        assertWellFormedMail(recording.composed);
      },
    );

    it('gets many mails over one connection, each of them once', async () => {
      const app = await startApp('plain', 'None', { MaxConnections: 1 });
      const before = (server.log().match(traits.connection) ?? []).length;
      const receipts = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          app.mail.send({ subject: 's', to: ANN, text: `one-connection-${index}` }),
        ),
      );
      for (const { messageId } of receipts) expect(await copiesOf(messageId)).toHaveLength(1);
      expect((server.log().match(traits.connection) ?? []).length - before).toBe(1);
    });

    it('gets 8-bit bytes and every line of a file of 6 MB from the relay as they were', async () => {
      const lines = Array.from({ length: 90_000 }, (_, index) =>
        index % 3 === 0 ? `.${index}` : `${'.'.repeat(index % 5)}é ${index} ${'x'.repeat(index % 130)}`,
      );
      const travelling = [
        'From: no-reply@contoso.test',
        `To: ${ANN}`,
        'Message-ID: <eight-bit@contoso.test>',
        'Date: Mon, 02 Nov 2026 10:00:00 +0000',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: 8bit',
        '',
        ...lines,
        '',
      ].join('\r\n');
      const folder = new RelayFolder(server);
      folders.push(folder);
      const file = `X-Sender: no-reply@contoso.test\r\nX-Receiver: ${ANN}\r\n${travelling}`;
      await folder.put([['eight-bit.eml', Buffer.from(file, 'latin1')]]);
      const relay = await startRelayApp(folder);
      apps.push(relay);
      await eventually('the folder is empty', () => [...folder.waiting(), ...folder.claimed()].length === 0);
      expect(folder.bad()).toEqual([]);
      const [copy, ...more] = await copiesOf('<eight-bit@contoso.test>');
      expect(more).toEqual([]);
      expect(copy?.content.equals(Buffer.from(travelling, 'latin1'))).toBe(true);
    });

    it('refuses a recipient in a foreign domain, and the others get their mail', async () => {
      const app = await startApp('plain', 'None');
      const { messageId, accepted, rejected } = await app.mail.send({
        subject: 's',
        to: ['eve@example.com', ANN, BOB],
        text: 'x',
      });
      expect(accepted).toEqual([ANN, BOB]);
      expect(rejected).toMatchObject([
        { address: 'eve@example.com', code: traits.foreign.code, retryable: false },
      ]);
      expect((await copiesOf(messageId)).map(copy => copy.recipient).sort()).toEqual([ANN, BOB]);
    });

    it('is told of an address that is not of ASCII when it knows such addresses, and is not otherwise', async () => {
      const app = await startApp('plain', 'None');
      const send = app.mail.send({ subject: 's', to: 'jürgen@contoso.test', text: 'not-ascii' });
      if (traits.smtpUtf8) {
        const { messageId } = await send;
        expect((await copiesOf(messageId)).map(copy => copy.recipient)).toEqual(['jürgen@contoso.test']);
      } else {
        expect(await rejection(send)).toMatchObject({ code: 'EMAILENVELOPE', retryable: false });
        expect(await copiesOf('not-ascii')).toEqual([]);
      }
    });

    it.each(['StartTls', 'StartTlsWhenAvailable', 'Auto'])(
      'gets nothing in clear when the TLS that it offers does not come about (%s)',
      async option => {
        // Either nobody trusts its certificate, or it cannot do TLS at all.
        const app = await startApp('startTls', option, {}, traits.tls ? {} : undefined);
        const error = await rejection(app.mail.send({ subject: 's', to: ANN, text: 'never-in-clear' }));
        expect(error).toMatchObject({ code: 'EMAILTLS', phase: 'tls' });
        expect(await copiesOf('never-in-clear')).toEqual([]);
      },
    );
  });
}
