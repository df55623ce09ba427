import { describe, expect, it } from '@jest/globals';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { LazyModuleLoader, ModulesContainer, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { MailerRegistry, MailModule, MailService, mailServiceToken } from 'nest-mailroom';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { MailRelay, MailRelayModule } from 'nest-mailroom/relay';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { mailOf, settingsFor } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

@Module({})
class Empty {}

async function emptyApp(): Promise<INestApplicationContext> {
  const logger = new RecordingLogger();
  return bench.closing(await NestFactory.createApplicationContext(Empty, { logger, abortOnError: false }));
}

/** A module of the application that imports others. */
function feature(...imports: DynamicModule[]): DynamicModule {
  class Feature {}
  Module({})(Feature);
  return { module: Feature, imports };
}

describe('A mailer that LazyModuleLoader loads while the application runs', () => {
  it.each<[string, (mail: DynamicModule) => DynamicModule, object]>([
    ['by itself', mail => mail, {}],
    ['that is not global', mail => mail, { isGlobal: false }],
    ['with a module that imports it', mail => feature(mail), {}],
    ['with a name', mail => feature(mail), { name: 'alerts' }],
  ])('ends with the application: %s', async (_, loaded, options: { name?: string }) => {
    const sink = await bench.sink({ delayDataMs: 150 });
    const app = await emptyApp();
    const module = loaded(MailModule.forRoot(settingsFor(sink), options));
    const found = await app.get(LazyModuleLoader).load(() => module);
    const mail = found.get<MailService>(mailServiceToken(options.name), { strict: false });
    const sent = mail.send(mailOf('pending'));
    await app.close();
    expect(sink.messages).toHaveLength(1);
    expect(await sent).toMatchObject({ status: 'accepted' });
    expect(await rejection(mail.send(mailOf('late')))).toMatchObject({ code: 'EMAILCLOSED' });
    await until(() => sink.openConnections === 0);
  });

  it('is cut at the end of its grace time, as any other', async () => {
    const hanging = await bench.sink({ delayDataMs: 60_000 });
    const app = await emptyApp();
    const loaded = await app
      .get(LazyModuleLoader)
      .load(() => MailModule.forRoot(settingsFor(hanging), { shutdownTimeoutMs: 100 }));
    const stuck = rejection(loaded.get(MailService).send(mailOf('stuck')));
    await until(() => hanging.commands.some(line => line.startsWith('DATA')));
    await app.close();
    expect(await stuck).toMatchObject({ code: 'EMAILCLOSED' });
  });

  it('that was loaded twice ends each of them', async () => {
    const sink = await bench.sink();
    const app = await emptyApp();
    const loader = app.get(LazyModuleLoader);
    const one = await loader.load(() => MailModule.forRoot(settingsFor(sink), { name: 'one' }));
    const two = await loader.load(() => MailModule.forRoot(settingsFor(sink), { name: 'two' }));
    const mailers = [
      one.get<MailService>(mailServiceToken('one')),
      two.get<MailService>(mailServiceToken('two')),
    ];
    await app.close();
    for (const mail of mailers)
      expect(await rejection(mail.send(mailOf('late')))).toMatchObject({ code: 'EMAILCLOSED' });
  });

  it('may be a registry, whose mailers end with the application', async () => {
    const sink = await bench.sink({ delayDataMs: 100 });
    const app = await emptyApp();
    const loaded = await app.get(LazyModuleLoader).load(() => MailModule.registry());
    const registry = loaded.get(MailerRegistry);
    const sent = (await registry.open('acme', settingsFor(sink))).send(mailOf('x'));
    await app.close();
    expect(await sent).toMatchObject({ status: 'accepted' });
    expect(await rejection(registry.open('acme', settingsFor(sink)))).toMatchObject({ code: 'EMAILCLOSED' });
  });
});

describe('A module that does nothing without lifecycle hooks', () => {
  const relay = (): DynamicModule =>
    MailRelayModule.forRoot({
      settings: {
        PickupDirectory: bench.folder().path,
        Host: '127.0.0.1',
        Port: 1,
        FromAddress: 'a@example.com',
      },
    });
  const preview = (): DynamicModule => MailPreviewModule.forRoot();

  it.each<[string, string, () => DynamicModule]>([
    ['the relay', 'MailRelayModule', relay],
    ['the relay in a module of the application', 'MailRelayModule', () => feature(relay())],
    ['the preview', 'MailPreviewModule', preview],
    ['the preview in a module of the application', 'MailPreviewModule', () => feature(preview())],
  ])('is refused by words when LazyModuleLoader loads it: %s', async (_, name, loaded) => {
    const app = await emptyApp();
    const module = loaded();
    expect(await rejection(app.get(LazyModuleLoader).load(() => module))).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^${name} cannot be loaded by LazyModuleLoader.*Import it in a module`),
      ),
    });
  });

  it('is taken where the application starts with it, however deep, and loaded again then', async () => {
    const modules = [feature(feature(relay())), feature(preview())];
    const { app } = await bench.appOf(...modules);
    const [first] = modules;
    const found = await app.get(LazyModuleLoader).load(() => first ?? Empty);
    expect(found.get(MailRelay, { strict: false })).toBe(app.get(MailRelay, { strict: false }));
  });
});

describe('A mailer that the application starts with', () => {
  it('leaves nothing in the modules of Nest', async () => {
    const app = await emptyApp();
    const { app: withMail } = await bench.appOf(
      MailModule.forRoot(settingsFor({ port: 1 })),
      MailModule.registry(),
    );
    const count = (one: INestApplicationContext): number =>
      [...one.get(ModulesContainer).values()].find(({ providers }) => providers.has(ModulesContainer))
        ?.providers.size ?? 0;
    expect(count(app)).toBeGreaterThan(0);
    expect(count(withMail)).toBe(count(app));
  });

  it('ends once with an application of a test that was compiled and never started', async () => {
    const sink = await bench.sink({ delayDataMs: 100 });
    const module = await Test.createTestingModule({
      imports: [MailModule.forRoot(settingsFor(sink))],
    }).compile();
    const mail = module.get(MailService);
    const sent = mail.send(mailOf('x'));
    await module.close();
    expect(await sent).toMatchObject({ status: 'accepted' });
    expect(await rejection(mail.send(mailOf('late')))).toMatchObject({ code: 'EMAILCLOSED' });
  });
});
