import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { MailerRegistry } from 'nest-mailroom';
import { MailHook } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { closedGate } from '../support/gate.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSink } from '../support/mail-sink.js';
import { mailOf, registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

describe('An application that ends', () => {
  it('waits for the sends of all tenants, and takes none afterwards', async () => {
    const sink = await bench.sink({ delayDataMs: 150 });
    const { registry, close } = await registryApp(bench);
    const keys = Array.from({ length: 20 }, (_, index) => `tenant ${index}`);
    const mailers = await Promise.all(keys.map(key => registry.open(key, settingsFor(sink))));
    const sent = mailers.map(mail => mail.send(mailOf('x')));
    await close();
    expect(sink.messages).toHaveLength(20);
    await Promise.all(sent);
    for (const refused of [
      mailers[0]?.send(mailOf('late')) ?? Promise.resolve(),
      registry.open('tenant 0', settingsFor(sink)),
      registry.open('new', settingsFor(sink)),
    ])
      expect(await rejection(refused)).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    expect(registry.keys).toEqual([]);
    expect(registry.get('tenant 0')).toBeUndefined();
    await registry.close('tenant 0');
    await until(() => sink.openConnections === 0);
  });

  it('gives all tenants one grace time, not one after the other', async () => {
    const hanging = await bench.sink({ delayDataMs: 60_000 });
    const [one, many] = [await shutdownTime(hanging, 1), await shutdownTime(hanging, 30)];
    expect(many / one).toBeLessThan(10);
  });

  it('waits for a mailer that was replaced, and for one that was closed, before', async () => {
    const sink = await bench.sink({ delayDataMs: 200 });
    const { registry, close } = await registryApp(bench);
    const one = await registry.open('one', settingsFor(sink));
    const two = await registry.open('two', settingsFor(sink));
    const sent = [one.send(mailOf('replaced')), two.send(mailOf('closed'))];
    await registry.open('one', settingsFor(sink, { MaxRecipients: 2 }));
    const closing = registry.close('two');
    await close();
    expect(subjectsOf(sink)).toEqual(['closed', 'replaced']);
    await Promise.all([...sent, closing]);
  });

  it('leaves no mailer open that was asked for just before, or while it ended', async () => {
    const { registry, close } = await registryApp(bench);
    const ask = (port: number) =>
      Array.from({ length: 5 }, (_, index) => registry.open(`tenant ${index}`, settingsFor({ port })));
    const asked = [...ask(1), ...ask(2)];
    const closed = close();
    asked.push(...ask(3));
    await closed;
    for (const opening of await Promise.allSettled(asked)) {
      const error: unknown =
        opening.status === 'rejected' ? opening.reason : await rejection(opening.value.send(mailOf('late')));
      expect(error).toMatchObject({ code: 'EMAILCLOSED' });
    }
    expect(registry.keys).toEqual([]);
  });

  it('closes a mailer that is ready only then, and whoever asked for it is told', async () => {
    const { registry, close } = await registryApp(bench);
    const gate = closedGate();
    const opening = registry.open('acme', settingsFor({ port: 1 }), { hooks: [slowHook(gate.opened)] });
    const refused = rejection(opening);
    const closed = close();
    await untilNoneIsOpened(registry);
    gate.open();
    await closed;
    expect(await refused).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    expect(registry.keys).toEqual([]);
  });

  it('does not wait longer than the grace time for a mailer that never is ready', async () => {
    const { registry, close } = await registryApp(bench, { shutdownTimeoutMs: 100 });
    const never = closedGate();
    void registry.open('acme', settingsFor({ port: 1 }), { hooks: [slowHook(never.opened)] });
    await close();
    expect(registry.keys).toEqual([]);
  });
});

/** How long an application takes to end whose tenants all have a send under way that never ends. */
async function shutdownTime(hanging: MailSink, tenants: number): Promise<number> {
  const { registry, close } = await registryApp(bench, { shutdownTimeoutMs: 500 });
  const keys = Array.from({ length: tenants }, (_, index) => String(index));
  const mailers = await Promise.all(keys.map(key => registry.open(key, settingsFor(hanging))));
  const stuck = mailers.map(mail => rejection(mail.send(mailOf('stuck'))));
  await until(() => hanging.openConnections === tenants);
  const begun = performance.now();
  await close();
  const took = performance.now() - begun;
  for (const error of await Promise.all(stuck)) expect(error).toMatchObject({ code: 'EMAILCLOSED' });
  await until(() => hanging.openConnections === 0);
  return took;
}

/** A hook that Nest has made only when something else is done. */
function slowHook(done: Promise<void>): Type<MailHook> {
  class Ready extends MailHook {}
  return class Slow extends MailHook {
    constructor() {
      super();
      // What is made is a promise, for which Nest waits.
      return done.then(() => new Ready()) as object as Slow;
    }
  };
}

async function untilNoneIsOpened(registry: MailerRegistry): Promise<void> {
  for (;;) {
    const opened = await registry.open('probe', settingsFor({ port: 1 })).catch(() => undefined);
    if (!opened) return;
  }
}
