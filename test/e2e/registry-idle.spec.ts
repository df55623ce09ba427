import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { LetterRenderer } from '../support/own-renderers.js';
import { mailOf, registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

describe('A mailer that nobody uses', () => {
  it('closes by itself, frees its connections, and says so to those who still have it', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench, { idleMs: 50 });
    const mail = await registry.open('acme', settingsFor(sink));
    await mail.send(mailOf('1'));
    await until(() => registry.keys.length === 0);
    await until(() => sink.openConnections === 0);
    expect(await rejection(mail.send(mailOf('2')))).toMatchObject({
      code: 'EMAILCLOSED',
      retryable: true,
      message: expect.stringMatching(
        /"acme" was closed because nobody had used it for 50 ms.*call open\(\) again/,
      ),
    });
    await (await registry.open('acme', settingsFor(sink))).send(mailOf('3'));
    expect(subjectsOf(sink)).toEqual(['1', '3']);
  });

  it('stays as long as it is asked for', async () => {
    const { registry } = await registryApp(bench, { idleMs: 400 });
    const settings = settingsFor({ port: 1 });
    const [one, two] = [await registry.open('one', settings), await registry.open('two', settings)];
    await registry.open('three', settings);
    while (registry.keys.includes('three')) {
      registry.get('one');
      await registry.open('two', settings);
      await delay(20);
    }
    expect([registry.get('one'), registry.get('two')]).toEqual([one, two]);
  });

  it('is not one with a send under way, however long that takes', async () => {
    const sink = await bench.sink({ delayDataMs: 400 });
    const { registry } = await registryApp(bench, { idleMs: 40 });
    const mail = await registry.open('acme', settingsFor(sink));
    expect(await mail.send(mailOf('slow'))).toMatchObject({ status: 'accepted' });
    await until(() => registry.keys.length === 0);
  });

  it('is not one whose sendMany waits for its source', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench, { idleMs: 40 });
    const mail = await registry.open('acme', settingsFor(sink));
    async function* slow(): AsyncGenerator<ReturnType<typeof mailOf>> {
      yield mailOf('1');
      await delay(200);
      yield mailOf('2');
    }
    const outcomes: unknown[] = [];
    for await (const { receipt, error } of mail.sendMany(slow())) outcomes.push(error ?? receipt?.status);
    expect(outcomes).toEqual(['accepted', 'accepted']);
    await until(() => registry.keys.length === 0);
  });

  it('is not one that renders, however long that takes', async () => {
    const { registry } = await registryApp(bench, { idleMs: 40 });
    const renderer: LetterRenderer = new LetterRenderer(async () => {
      await delay(200);
      return { subject: `closed ${renderer.closed} times`, html: '<p>Hello</p>' };
    });
    const mail = await registry.open('acme', settingsFor({ port: 1 }), { renderer });
    expect(await mail.render('welcome', {})).toMatchObject({ subject: 'closed 0 times' });
    await until(() => registry.keys.length === 0);
  });

  it('stays for ever with idleMs 0', async () => {
    const { registry } = await registryApp(bench, { idleMs: 0 });
    const mail = await registry.open('acme', settingsFor({ port: 1 }));
    await delay(100);
    expect(registry.get('acme')).toBe(mail);
  });

  it('makes room for others', async () => {
    const { registry } = await registryApp(bench, { idleMs: 50, maxOpen: 1 });
    await registry.open('one', settingsFor({ port: 1 }));
    await until(() => registry.keys.length === 0);
    await registry.open('two', settingsFor({ port: 1 }));
    expect(registry.keys).toEqual(['two']);
  });
});
