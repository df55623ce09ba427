import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { MailModule } from 'nest-mailroom';
import type { MailHealthOptions } from 'nest-mailroom/health';
import type { MailRelayOptions } from 'nest-mailroom/relay';
import { startHealthApp } from '../support/health-app.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const bench = useRelayBench();
/** Nothing may wait. */
const STRICT: MailHealthOptions = { cacheMs: 0, maxAgeMs: 1, maxBacklog: 0 };

async function writer() {
  const app = await startHealthApp(
    MailModule.forRoot({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: bench.folder.path,
      FromAddress: 'no-reply@contoso.com',
    }),
  );
  bench.closing(app);
  return async () => (await app.indicator.isHealthy('mail', STRICT)).mail;
}

/** Has a relay try a mail whose recipient's mailbox is busy, and ends the relay. */
async function defer(firstMs: number, more: Partial<MailRelayOptions> = {}): Promise<void> {
  const busy = bench.closing(
    await MailSink.start({ rejectRecipient: () => ({ code: 450, message: '4.2.1 mailbox busy' }) }),
  );
  publish(bench.folder.path, 'busy.eml', iisMail('busy'));
  const relay = await bench.relay({ retry: { firstMs }, ...more }, { Host: busy.host, Port: busy.port });
  await relay.until('deferred');
  await relay.close();
  expect(bench.mails()).toEqual(['busy.eml']);
}

describe('The health of a mailer whose pickup directory a relay empties', () => {
  it('is up when a relay does its work', async () => {
    const health = await writer();
    publish(bench.folder.path, 'fine.eml', iisMail('fine'));
    const relay = await bench.relay();
    await relay.until('sent');
    expect(await health()).toEqual({ status: 'up', delivery: 'pickup', backlog: 0 });
  });

  it('is up while the relay waits with its next try for a mailbox that is busy, and tells of that mail', async () => {
    const health = await writer();
    await defer(60_000);
    expect(await health()).toEqual({ status: 'up', delivery: 'pickup', backlog: 0, deferred: 1 });
  });

  it('is that of a mail that waits, where the relay keeps its records elsewhere', async () => {
    const health = await writer();
    const elsewhere = temporaryDirectory();
    bench.closing({ close: async () => elsewhere.remove() });
    await defer(60_000, { stateDirectory: join(elsewhere.path, 'relay') });
    expect(await health()).toMatchObject({ status: 'down', backlog: 1 });
  });

  it('can be asked all the time while a relay takes, defers and sends mails', async () => {
    const health = await writer();
    let refusals = 0;
    const sink = bench.closing(
      await MailSink.start({
        rejectRecipient: () =>
          refusals++ % 3 === 0 ? { code: 450, message: '4.2.1 mailbox busy' } : undefined,
      }),
    );
    const mails = 150;
    for (let mail = 0; mail < mails; mail++) publish(bench.folder.path, `${mail}.eml`, iisMail(`${mail}`));
    const relay = await bench.relay({ retry: { firstMs: 50 } }, { Host: sink.host, Port: sink.port });
    const told: Record<string, unknown>[] = [];
    while (relay.of('sent').length < mails) told.push(await health());
    expect(relay.of('deferred').length).toBeGreaterThan(10);
    expect(told.length).toBeGreaterThan(10);
    // Against limits that allow nothing to wait it may be down, but never because it cannot look.
    expect(told.filter(({ code }) => code !== undefined)).toEqual([]);
    expect(await health()).toEqual({ status: 'up', delivery: 'pickup', backlog: 0 });
  });

  it('is down when nobody has come for the next try, and counts from then on', async () => {
    const health = await writer();
    await defer(200);
    await delay(1500);
    const told = await health();
    expect(told).toMatchObject({ status: 'down', backlog: 1 });
    expect(told).not.toHaveProperty('deferred');
    expect(told['oldestAgeMs']).toBeGreaterThan(1000);
  });

  it('is not kept up by what a relay knew of an earlier mail of the same name', async () => {
    const health = await writer();
    await defer(60_000);
    const file = join(bench.folder.path, 'busy.eml');
    writeFileSync(file, iisMail('another', ['bob@contoso.com']));
    utimesSync(file, new Date(Date.now() - 5000), new Date(Date.now() - 5000));
    expect(await health()).toMatchObject({ status: 'down', backlog: 1 });
  });

  it.each(['', '{', '[]', 'null', '{"file":7}', '{"file":"busy.eml","version":"1:1","nextAttempt":"soon"}'])(
    'is not kept up by a record that says %j',
    async record => {
      const health = await writer();
      await defer(60_000);
      const states = join(bench.folder.path, '.mailroom', 'states');
      for (const name of readdirSync(states)) writeFileSync(join(states, name), record);
      await delay(5);
      expect(await health()).toMatchObject({ status: 'down', backlog: 1 });
    },
  );

  it('is not held up by pipes in place of the records of a relay', async () => {
    const health = await writer();
    await defer(60_000);
    const states = join(bench.folder.path, '.mailroom', 'states');
    for (const name of readdirSync(states)) {
      rmSync(join(states, name));
      execFileSync('mkfifo', [join(states, name)]);
    }
    await delay(5);
    for (let time = 0; time < 5; time++) expect(await health()).toMatchObject({ status: 'down', backlog: 1 });
  });

  it('tells of such mails in the folders of a mailer and of its fallback together', async () => {
    await defer(60_000);
    const place = { UseSpecifiedPickupDirectory: true, PickupDirectory: bench.folder.path };
    const app = await startHealthApp(
      MailModule.forRoot({ ...place, FromAddress: 'no-reply@contoso.com' }, { fallback: place }),
    );
    bench.closing(app);
    expect((await app.indicator.isHealthy('mail', STRICT)).mail).toEqual({
      status: 'up',
      delivery: 'pickup',
      backlog: 0,
      deferred: 2,
    });
  });
});
