import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { PickupRelay } from '../../lib/relay/engine/pickup-relay.js';
import type { RelaySummary } from '../../lib/relay/engine/pickup-relay.js';
import type { MailRelayOptions } from '../../lib/relay/relay-options.js';
import { PolicySmtpServer } from '../support/policy-smtp-server.js';
import type { SmtpPolicy } from '../support/policy-smtp-server.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ retry: { firstMs: 100, maxMs: 300 } });
const SIX_DAYS = 6 * 86_400_000;
const DOWN = { Host: '127.0.0.1', Port: 1 };

afterEach(() => void jest.restoreAllMocks());

const reason = (name: string): string =>
  readFileSync(join(bench.folder.path, 'badmail', `${name}.eml.reason.txt`), 'utf8');

/** Sets the clock of this process ahead. */
function setAhead(ms: number): void {
  if (jest.isMockFunction(Date.now)) return;
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

/** Puts mails into the folder, by default old ones. */
function publishMany(mails: number, ageMs = SIX_DAYS): void {
  for (let index = 0; index < mails; index++) {
    publish(
      bench.folder.path,
      `${index}.eml`,
      iisMail(`mail-${index}`).replace('no-reply', `sender-${index}`),
    );
    const then = Math.floor((Date.now() - 20 - ageMs) / 1000);
    utimesSync(join(bench.folder.path, `${index}.eml`), then, then);
  }
}

async function server(policy: SmtpPolicy = {}): Promise<PolicySmtpServer> {
  return bench.closing(await PolicySmtpServer.start(policy));
}

const relayTo = (
  { host, port }: { host: string; port: number },
  options: Partial<MailRelayOptions> = {},
): Promise<RelayApp> => bench.relay(options, { Host: host, Port: port });

async function drain(settings: object, retry: MailRelayOptions['retry'] = {}): Promise<RelaySummary> {
  const relay = await PickupRelay.create({
    settings: { ...settings, PickupDirectory: bench.folder.path },
    retry,
  });
  return relay.drain();
}

describe('A backlog that a relay finds after it was off for six days', () => {
  it.each(['450 4.7.1 greylisted', '451 4.3.0 later', '421 4.3.2 not now'])(
    'goes out when the server says “%s” to each mail once',
    async reply => {
      const refused = new Set<string>();
      const busy = await server({
        MAIL: (__, line) => {
          const isNew = !refused.has(line);
          refused.add(line);
          return isNew ? reply : undefined;
        },
      });
      publishMany(8);
      const app = await relayTo(busy);
      await app.until('sent', 8);
      expect(app.of('rejected')).toEqual([]);
      expect(bench.badmail()).toEqual([]);
    },
  );

  it('goes out when the server is two seconds late', async () => {
    const late = await server();
    const { host, port } = late;
    await late.close();
    publishMany(20);
    const app = await relayTo({ host, port });
    await app.until('paused', 4);
    await delay(2000);
    expect(bench.badmail()).toEqual([]);
    const there = await PolicySmtpServer.start({}, { port });
    bench.closing(there);
    await app.until('sent', 20);
    expect(app.of('rejected')).toEqual([]);
    expect(there.messages).toHaveLength(20);
  });

  it('is given up after two tries that fail, seconds apart', async () => {
    const busy = await server({ RCPT: () => '450 4.2.1 busy' });
    publishMany(1);
    const app = await relayTo(busy);
    await app.until('rejected');
    expect(app.of('deferred')).toHaveLength(1);
    expect(reason('0')).toMatch(
      /^Reason: +Given up, because the file is older than 5 days; the last answer was: 450 4\.2\.1 busy \(ann@contoso\.com\)$/m,
    );
    expect(reason('0')).toMatch(/^Tries: +2$/m);
  });

  it('is given up when the server cannot be used for longer, and young mails are kept', async () => {
    publishMany(3);
    publish(bench.folder.path, 'young.eml', iisMail('young'));
    const app = await bench.relay({}, DOWN);
    await app.until('rejected', 3);
    expect(bench.badmail().filter(name => name.endsWith('.eml'))).toEqual(['0.eml', '1.eml', '2.eml']);
    expect(reason('1')).toContain('Given up, because the file is older than 5 days; No usable connection');
    expect(reason('1')).toMatch(/^Tries: +[2-9]$/m);
    expect(bench.mails()).toEqual(['young.eml']);
    // Not at the first tries: the server had its time.
    expect(app.of('paused').length).toBeGreaterThan(10);
  });
});

describe('The tries before a mail is given up', () => {
  const giveUp = { retry: { firstMs: 100, maxMs: 300, giveUpAfterMs: 400 } };

  it('count by whichever relay they were made', async () => {
    const busy = await server({ RCPT: () => '450 4.2.1 busy' });
    publishMany(1, 5000);
    const first = await relayTo(busy, { retry: { ...giveUp.retry, firstMs: 60_000, maxMs: 60_000 } });
    await first.until('deferred');
    await first.close();
    await delay(500);
    const second = await relayTo(busy, giveUp);
    await second.until('rejected');
    expect(second.of('deferred')).toEqual([]);
    expect(reason('0')).toMatch(/^Tries: +2$/m);
  });

  it('count for a relay that tries once and ends, when the server cannot be used', async () => {
    publishMany(2, 5000);
    expect(await drain(DOWN, giveUp.retry)).toMatchObject({ rejected: 0, remaining: 2 });
    await delay(500);
    expect(await drain(DOWN, giveUp.retry)).toMatchObject({ rejected: 2, remaining: 0 });
    for (const name of ['0', '1']) expect(reason(name)).toMatch(/^Tries: +2$/m);
  });

  it('count for mails that were under way when such a relay found the server unusable', async () => {
    const locked = await server({
      // One mail is refused later than the others.
      MAIL: (__, line) => ({
        say: '530 5.7.0 Authentication required',
        after: line.includes('sender-1') ? delay(600) : Promise.resolve(),
      }),
    });
    const settings = { Host: locked.host, Port: locked.port };
    publishMany(3, 5000);
    const retry = { ...giveUp.retry, firstMs: 60_000, maxMs: 60_000 };
    expect(await drain(settings, retry)).toMatchObject({ rejected: 0, remaining: 3 });
    await delay(500);
    expect(await drain(settings, retry)).toMatchObject({ rejected: 3, remaining: 0 });
  });

  it('are of no account while the mail was young', async () => {
    let refusals = 6;
    const busy = await server({ RCPT: () => (refusals-- > 0 ? '450 4.2.1 busy' : undefined) });
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const app = await relayTo(busy, { retry: { firstMs: 20, maxMs: 20 } });
    await app.until('sent');
    expect(app.of('deferred')).toHaveLength(6);
  });
});

describe('A clock that is six days ahead for three seconds', () => {
  it.each(['as long as the relay runs', 'when the relay starts'])(
    'condemns no mail that the server puts off, %s',
    async when => {
      let refusing = true;
      const busy = await server({ RCPT: () => (refusing ? '450 4.2.1 busy' : undefined) });
      publishMany(5, 0);
      if (when.includes('starts')) setAhead(SIX_DAYS);
      const app = await relayTo(busy);
      await app.until('deferred', 5);
      setAhead(SIX_DAYS);
      await delay(3000);
      jest.restoreAllMocks();
      refusing = false;
      await app.until('sent', 5);
      expect(app.of('rejected')).toEqual([]);
    },
  );

  it.each(['while the relay runs', 'when the relay starts'])(
    'condemns no mail while the server cannot be used, %s',
    async when => {
      const late = await server();
      const { host, port } = late;
      await late.close();
      publishMany(5, 0);
      if (when.includes('starts')) setAhead(SIX_DAYS);
      const app = await relayTo({ host, port });
      await app.until('paused', 2);
      setAhead(SIX_DAYS);
      await delay(3000);
      jest.restoreAllMocks();
      bench.closing(await PolicySmtpServer.start({}, { port }));
      await app.until('sent', 5);
      expect(app.of('rejected')).toEqual([]);
    },
  );

  it('condemns no mail for which a relay is started again and again', async () => {
    publishMany(2, 0);
    setAhead(SIX_DAYS);
    for (let run = 0; run < 4; run++) expect(await drain(DOWN)).toMatchObject({ rejected: 0, remaining: 2 });
    jest.restoreAllMocks();
    const there = await server();
    expect(await drain({ Host: there.host, Port: there.port })).toMatchObject({ sent: 2, remaining: 0 });
  });
});
