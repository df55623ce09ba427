import { chmodSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PickupRelay } from '../../lib/relay/engine/pickup-relay.js';
import type { RelayEvent } from '../../lib/relay/relay-event.js';
import type { MailRelayOptions } from '../../lib/relay/relay-options.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

let refuse = false;
const bench = useRelayBench(
  {},
  { rejectRecipient: () => (refuse ? { code: 450, message: 'later' } : undefined) },
);

/** A relay that has not started, and what it has told so far. */
async function created(
  options: Partial<MailRelayOptions> = {},
  more: object = {},
): Promise<{ relay: PickupRelay; events: RelayEvent[] }> {
  const { host, port } = bench.sink;
  const events: RelayEvent[] = [];
  const relay = await PickupRelay.create({
    settings: { Host: host, Port: port, PickupDirectory: bench.folder.path, ...more },
    onEvent: event => events.push(event),
    ...options,
  });
  bench.closing({ close: async () => void (await relay.stop(0)) });
  return { relay, events };
}

const typesOf = (events: readonly RelayEvent[]): string[] => events.map(({ type }) => type);

describe('A relay that has not started', () => {
  it('counts the mails in the folder and touches nothing', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const { relay } = await created();
    expect(await relay.status()).toMatchObject({ state: 'stopped', backlog: 1, inFlight: 0 });
    expect(relay.waiting).toBe(1);
    expect(readdirSync(bench.folder.path)).toEqual(['x.eml']);
    expect(bench.sink.connections).toBe(0);
  });

  it('tells of an entry that it leaves when it is asked for its status, and not again when it works', async () => {
    mkdirSync(join(bench.folder.path, 'folder.eml'));
    const { relay, events } = await created();
    await relay.status();
    const told = [{ type: 'left', file: 'folder.eml', reason: 'is a directory' }];
    expect(events).toEqual(told);
    await relay.drain();
    await relay.status();
    expect(events).toEqual(told);
  });

  it('tries the mails that wait when it is drained, also after it was asked for its status', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    refuse = true;
    const first = await created({ retry: { firstMs: 3_600_000 } });
    expect(await first.relay.drain()).toEqual({ sent: 0, rejected: 0, deferred: 1, remaining: 1 });
    refuse = false;
    const second = await created();
    expect(await second.relay.status()).toMatchObject({ backlog: 1, deferred: 1 });
    expect(await second.relay.drain()).toEqual({ sent: 1, rejected: 0, deferred: 0, remaining: 0 });
  });

  it('cannot be started any more once it was stopped', async () => {
    const { relay } = await created();
    await relay.stop();
    await expect(relay.start()).rejects.toThrow('A relay can be started once.');
    await expect(relay.drain()).rejects.toThrow('A relay can be started once.');
  });
});

describe('A relay that is stopped while it starts', () => {
  it.each(['start', 'drain'] as const)('with %s takes no mail and leaves nothing of its own', async verb => {
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    const { relay, events } = await created();
    const starting = relay[verb]();
    const summary = await relay.stop();
    await starting;
    expect(summary).toMatchObject({ sent: 0, rejected: 0, deferred: 0 });
    expect(await relay.status()).toMatchObject({ state: 'stopped', backlog: 1 });
    expect(readdirSync(bench.folder.path)).toEqual(['x.eml']);
    expect(bench.sink.connections).toBe(0);
    expect(events).toEqual([]);
  });
});

describe('A relay that has started', () => {
  it('cannot be started again', async () => {
    const { relay } = await created();
    await relay.start();
    await expect(relay.start()).rejects.toThrow('A relay can be started once.');
    await expect(relay.drain()).rejects.toThrow('A relay can be started once.');
    expect((await relay.status()).state).toBe('running');
  });

  it('with the setting Enabled=false tells of what it would leave, and takes nothing', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    mkdirSync(join(bench.folder.path, 'folder.eml'));
    const { relay, events } = await created({}, { Enabled: 'false' });
    expect(await relay.drain()).toEqual({ sent: 0, rejected: 0, deferred: 0, remaining: 1 });
    expect(typesOf(events)).toEqual(['problem', 'left']);
    expect((await relay.status()).state).toBe('stopped');
  });
});

describe('A drain', () => {
  it('tells of a file with a second name in a folder of several accounts, and leaves it', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    linkSync(join(bench.folder.path, 'x.eml'), join(bench.folder.path, 'second'));
    chmodSync(bench.folder.path, 0o770);
    const { relay, events } = await created({ settleMs: 50 });
    expect(await relay.drain()).toMatchObject({ sent: 0, remaining: 1 });
    expect(events).toEqual([
      { type: 'left', file: 'x.eml', reason: expect.stringContaining('has a second name (a hard link)') },
    ]);
  });
});

describe('A relay whose own folder cannot be made', () => {
  it('is not created, and says why', async () => {
    writeFileSync(join(bench.folder.path, '.mailroom'), 'a file in its place');
    publish(bench.folder.path, 'x.eml', iisMail('x'));
    await expect(created()).rejects.toThrow(/PickupDirectory: .*\.mailroom is no directory; remove it/);
    expect(readdirSync(bench.folder.path).toSorted()).toEqual(['.mailroom', 'x.eml']);
  });
});
