import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailModuleOptions } from '../../../lib/core/mail/mail.module-options.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { eventually } from '../postfix/eventually.js';
import { copiesById } from '../postfix/maildir.js';
import { NUMBERED, numberedMails } from '../postfix/numbered-mails.js';
import { pickupFile } from '../postfix/pickup-files.js';
import type { RelayApp } from '../postfix/relay-app.js';
import { startRelayApp } from '../postfix/relay-app.js';
import { RelayFolder } from '../postfix/relay-folder.js';
import type { MailServer } from './mail-server.js';

/** Starts a server that has a limit. */
export type StartLimited = () => Promise<MailServer>;

/** Shorter than the 30 s after which a relay tries a deferred mail again: what is done by then was done at once. */
const AT_ONCE_MS = 15_000;

/** Waits until a relay has done with every mail. */
function emptied({ folder }: { readonly folder: RelayFolder }): Promise<void> {
  const left = (): number => folder.waiting().length + folder.claimed().length;
  return eventually('the folder is empty', () => left() === 0, AT_ONCE_MS);
}

/** What one test starts, and how it counts. */
class LimitFixture {
  readonly #servers: MailServer[] = [];
  readonly #apps: (MailApp | RelayApp)[] = [];
  readonly #folders: (RelayFolder | TemporaryDirectory)[] = [];

  async server(start: StartLimited): Promise<MailServer> {
    const server = await start();
    this.#servers.push(server);
    return server;
  }

  async app(server: MailServer, further: MailSettingsInput, options?: MailModuleOptions): Promise<MailApp> {
    const app = await startMailApp(
      {
        Host: server.host,
        Port: server.ports.plain,
        SecureSocketOption: 'None',
        FromAddress: 'no-reply@contoso.test',
        ConnectionTimeout: 20,
        ...further,
      },
      options,
    );
    this.#apps.push(app);
    return app;
  }

  /** A relay over a folder of its own, which these mails are put into first. */
  async relay(
    server: MailServer,
    mails: Iterable<readonly [string, string]>,
  ): Promise<RelayApp & { readonly folder: RelayFolder }> {
    const folder = new RelayFolder(server);
    this.#folders.push(folder);
    await folder.put(mails);
    const relay = await startRelayApp(folder);
    this.#apps.push(relay);
    return { ...relay, folder };
  }

  folder(): TemporaryDirectory {
    const folder = temporaryDirectory();
    this.#folders.push(folder);
    return folder;
  }

  async end(): Promise<void> {
    for (const app of this.#apps.splice(0)) await app.close();
    for (const server of this.#servers.splice(0)) await server.stop();
    for (const folder of this.#folders.splice(0)) folder.remove();
  }
}

/** Id → number of copies, over all recipients. */
async function copies(server: MailServer): Promise<Record<string, number>> {
  await server.idle();
  const counts = copiesById(await server.mails(), NUMBERED, 'deliveries');
  return Object.fromEntries(
    [...counts].map(([id, recipients]) => [
      id,
      [...recipients.values()].reduce((sum, count) => sum + count, 0),
    ]),
  );
}

const onceEach = (mails: readonly { id: string }[]): Record<string, number> =>
  Object.fromEntries(mails.map(({ id }) => [id, 1]));

/**
 * Tests for a server that allows fewer connections than the mailer would open.
 *
 * @param refusal what the server logs when it refuses a connection, without groups: shows that the limit was met; not given
 *   for a server that lets others wait without a word. Two mailers that share such a server cannot know that it is not slow.
 */
export function testConnectionLimit(name: string, start: StartLimited, refusal?: RegExp): void {
  describe(name, () => {
    const fixture = new LimitFixture();
    afterEach(() => fixture.end());
    const refusals = (server: MailServer): number =>
      refusal === undefined ? 0 : server.log().split(refusal).length - 1;

    it('takes 60 mails sent at once over the connections that it allows, and the fallback takes none', async () => {
      const server = await fixture.server(start);
      const pickup = fixture.folder();
      // The harness, which waits for all ports, may have been refused already.
      const before = refusals(server);
      const { mail } = await fixture.app(
        server,
        { MaxConnections: 5 },
        {
          fallback: {
            FromAddress: 'no-reply@contoso.test',
            UseSpecifiedPickupDirectory: true,
            PickupDirectory: pickup.path,
          },
        },
      );
      const mails = numberedMails(60);
      const outcomes = await Promise.allSettled(mails.map(({ id: _id, ...message }) => mail.send(message)));
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(readdirSync(pickup.path)).toEqual([]);
      expect(refusals(server) > before).toBe(refusal !== undefined);
      expect(await copies(server)).toEqual(onceEach(mails));
    });

    it('is not called unusable by verify() while its connections are busy', async () => {
      const server = await fixture.server(start);
      const { mail } = await fixture.app(server, { MaxConnections: 5 });
      const mails = numberedMails(60);
      const sends = Promise.all(mails.map(({ id: _id, ...message }) => mail.send(message)));
      const checks = Promise.all(Array.from({ length: 5 }, () => mail.verify()));
      await Promise.all([checks, sends]);
      expect(await copies(server)).toEqual(onceEach(mails));
    });

    const sharedLimit = async (): Promise<void> => {
      const server = await fixture.server(start);
      const both = [
        await fixture.app(server, { MaxConnections: 3 }),
        await fixture.app(server, { MaxConnections: 3 }),
      ];
      const mails = numberedMails(60);
      const outcomes = await Promise.allSettled(
        mails.map(({ id: _id, ...message }, index) => both[index % 2]?.mail.send(message)),
      );
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(await copies(server)).toEqual(onceEach(mails));
    };
    if (refusal !== undefined) it('takes what two mailers send at once that share its limit', sharedLimit);

    it('takes the 60 mails of a relay, of which none is put off or condemned', async () => {
      const server = await fixture.server(start);
      const mails = numberedMails(60);
      const relay = await fixture.relay(server, mails.map(pickupFile));
      await emptied(relay);
      expect(relay.folder.bad()).toEqual([]);
      expect(relay.events.filter(({ type }) => type === 'deferred' || type === 'rejected')).toEqual([]);
      expect(await copies(server)).toEqual(onceEach(mails));
    });
  });
}

/** Tests for a server that has enough of a connection after some mails. */
export function testMailLimit(name: string, start: StartLimited): void {
  describe(name, () => {
    const fixture = new LimitFixture();
    afterEach(() => fixture.end());

    it.each([1, 5])('takes 20 mails, at most %i connections at a time', async MaxConnections => {
      const server = await fixture.server(start);
      const { mail } = await fixture.app(server, { MaxConnections });
      const mails = numberedMails(20);
      const outcomes = await Promise.allSettled(mails.map(({ id: _id, ...message }) => mail.send(message)));
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(await copies(server)).toEqual(onceEach(mails));
    });

    it('takes the 20 mails of a relay at once', async () => {
      const server = await fixture.server(start);
      const mails = numberedMails(20);
      const relay = await fixture.relay(server, mails.map(pickupFile));
      await emptied(relay);
      expect(relay.folder.bad()).toEqual([]);
      expect(await copies(server)).toEqual(onceEach(mails));
    });
  });
}

/** Tests for a server that takes at most three recipients in a transaction. */
export function testRecipientLimit(name: string, start: StartLimited): void {
  const everybody = Array.from({ length: 8 }, (_, index) => `user${index}@contoso.test`);
  const onceToEverybody = Object.fromEntries(everybody.map(address => [address, 1]));
  const arrivals = async (server: MailServer): Promise<Record<string, number>> => {
    await server.idle();
    const counts = copiesById(await server.mails(), /to-everybody/, 'deliveries');
    return Object.fromEntries(counts.get('to-everybody') ?? []);
  };

  describe(name, () => {
    const fixture = new LimitFixture();
    afterEach(() => fixture.end());

    it('takes one mail to eight recipients with one send, for each of them once', async () => {
      const server = await fixture.server(start);
      const { mail } = await fixture.app(server, {});
      const receipt = await mail.send({ to: everybody, subject: 'To everybody', text: 'to-everybody' });
      expect(receipt).toMatchObject({ status: 'accepted', rejected: [] });
      expect([...receipt.accepted].sort()).toEqual(everybody);
      expect(await arrivals(server)).toEqual(onceToEverybody);
    });

    it('takes a file with eight receivers from the relay at once, for each of them once', async () => {
      const server = await fixture.server(start);
      const lines = [
        'X-Sender: no-reply@contoso.test',
        ...everybody.map(address => `X-Receiver: ${address}`),
        'From: no-reply@contoso.test',
        'Message-ID: <to-everybody@contoso.test>',
        'Date: Mon, 02 Nov 2026 10:00:00 +0000',
        '',
        'to-everybody',
        '',
      ];
      const relay = await fixture.relay(server, [['everybody.eml', lines.join('\r\n')]]);
      await emptied(relay);
      expect(relay.folder.bad()).toEqual([]);
      expect(await arrivals(server)).toEqual(onceToEverybody);
    });
  });
}

/** Tests for a server that takes mails of 100 KB at most and says so in EHLO (SIZE, RFC 1870). */
export function testSizeLimit(name: string, start: StartLimited): void {
  describe(name, () => {
    const fixture = new LimitFixture();
    afterEach(() => fixture.end());

    it('refuses a larger mail for good and takes a smaller one after it', async () => {
      const server = await fixture.server(start);
      const { mail } = await fixture.app(server, { MaxConnections: 1 });
      const [large, small] = numberedMails(2);
      const error = await rejection(
        mail.send({
          subject: 's',
          to: 'ann@contoso.test',
          text: `${large?.id}\n${'x'.repeat(70)}\n`.repeat(3000),
        }),
      );
      expect(error).toMatchObject({
        name: 'MailDeliveryError',
        retryable: false,
        message: expect.stringContaining('102400'),
      });
      await mail.send({ subject: 's', to: 'ann@contoso.test', text: `${small?.id}` });
      expect(await copies(server)).toEqual({ [`${small?.id}`]: 1 });
    });
  });
}
