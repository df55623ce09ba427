import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { ComposedMail, DeliveryOutcome, MailSettings, MailSettingsFactory } from 'nest-mailroom';
import {
  appsettings,
  InjectMail,
  MailDelivery,
  MailModule,
  MailService,
  mailServiceToken,
  MailSettingsError,
} from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { startApp, startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const bench = useMailBench();

async function sinkSettings(): Promise<{ sink: MailSink; settings: MailSettings }> {
  const sink = await bench.sink();
  return { sink, settings: { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' } };
}

async function sends(app: MailApp, sink: MailSink): Promise<void> {
  bench.closing(app);
  const receipt = await app.mail.send({ to: 'ann@contoso.com', subject: 'Hello', text: 'Hi Ann' });
  expect(receipt).toMatchObject({ status: 'accepted', via: 'smtp', accepted: ['ann@contoso.com'] });
  expect(sink.messages).toHaveLength(1);
}

describe('MailModule', () => {
  it('sends with settings given to forRoot', async () => {
    const { sink, settings } = await sinkSettings();
    await sends(await startMailApp(settings), sink);
  });

  it('sends with settings from a factory with injected dependencies', async () => {
    const { sink, settings } = await sinkSettings();
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      isGlobal: true,
      load: [() => ({ mail: settings })],
    });
    const mail = MailModule.forRootAsync({
      inject: [ConfigService],
      useFactory: async (values: ConfigService) => values.getOrThrow<MailSettings>('mail'),
    });
    await sends(await startApp(config, mail), sink);
  });

  it('sends with settings from a class that the module instantiates', async () => {
    const { sink, settings } = await sinkSettings();
    @Injectable()
    class Settings implements MailSettingsFactory {
      createMailSettings(): MailSettings {
        return settings;
      }
    }
    await sends(await startApp(MailModule.forRootAsync({ useClass: Settings })), sink);
  });

  it('takes the method name that Nest’s own module builder gives to settings classes', async () => {
    const { sink, settings } = await sinkSettings();
    @Injectable()
    class Settings {
      async create(): Promise<MailSettings> {
        return settings;
      }
    }
    await sends(await startApp(MailModule.forRootAsync({ useClass: Settings })), sink);
  });

  it('sends with settings from a provider that exists in an imported module', async () => {
    const { sink, settings } = await sinkSettings();
    @Injectable()
    class Settings implements MailSettingsFactory {
      createMailSettings(): MailSettings {
        return settings;
      }
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    await sends(
      await startApp(MailModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings })),
      sink,
    );
  });

  it('says what is missing when forRootAsync is given no way to the settings', () => {
    expect(() => MailModule.forRootAsync({})).toThrow(
      /exactly one of useFactory, useClass and useExisting.*none/,
    );
  });

  it('says so when forRootAsync is given two ways to the settings', () => {
    class Settings {
      create(): MailSettings {
        return {};
      }
    }
    expect(() => MailModule.forRootAsync({ useFactory: () => ({}), useClass: Settings })).toThrow(/several/);
  });

  it('says which method a settings class lacks', async () => {
    class Settings {}
    const module = MailModule.forRootAsync({
      useFactory: undefined,
      useExisting: Settings as never,
      imports: [{ module: class Holder {}, providers: [Settings], exports: [Settings] }],
    });
    const error = await rejection(startApp(module));
    expect(error).toMatchObject({ message: expect.stringContaining('createMailSettings()') });
  });

  it.each([true, false])(
    'reads a section of ConfigService in one line (global ConfigModule: %s)',
    async isGlobal => {
      const { sink, settings } = await sinkSettings();
      const config = ConfigModule.forRoot({
        ignoreEnvFile: true,
        isGlobal,
        load: [() => ({ MailSettings: settings })],
      });
      await sends(await startApp(config, MailModule.fromConfig()), sink);
    },
  );

  it('reads a section whose configuration is loaded later and asynchronously', async () => {
    const { sink, settings } = await sinkSettings();
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [
        async () => {
          await new Promise(resolve => setImmediate(resolve));
          return { mailSettings: settings };
        },
      ],
    });
    await sends(await startApp(MailModule.fromConfig('MailSettings'), config), sink);
  });

  it('reads appsettings.json and writes into a pickup directory beside that file', async () => {
    const folder = temporaryDirectory();
    folder.write('pickup/.keep', '');
    const file = folder.write(
      'appsettings.json',
      '{ // comment\n "PasswordResetSettings": { "MailSettings": { "UseSpecifiedPickupDirectory": true, "PickupDirectory": "pickup", }, }, }',
    );
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [appsettings(file, { PasswordResetSettings__MailSettings__FromAddress: 'agent@contoso.com' })],
    });
    const app = await bench.appOf(config, MailModule.fromConfig('PasswordResetSettings'));
    const receipt = await app.mail.send({ to: 'ann@contoso.com', text: 'Hi' });
    expect(receipt).toMatchObject({
      status: 'written',
      via: 'pickup',
      envelope: { from: 'agent@contoso.com' },
    });
    expect(receipt.file).toMatch(new RegExp(`^${folder.path}/pickup/[0-9a-f-]{36}\\.eml$`));
    folder.remove();
  });

  it('names the missing section, how to load it, and the section that is there', async () => {
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [() => ({ PasswordResetSettings: { MailSettings: {} } })],
    });
    const error = await rejection(startApp(config, MailModule.fromConfig()));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(error).toMatchObject({
      problems: [
        { key: 'MailSettings', message: expect.stringContaining("fromConfig('PasswordResetSettings')") },
      ],
    });
  });

  it('names the files that a missing section was looked for in, with their folder', async () => {
    const config = ConfigModule.forRoot({ ignoreEnvFile: true, load: [appsettings(undefined, {})] });
    const error = await rejection(startApp(config, MailModule.fromConfig()));
    const files = `looks in ${process.cwd()}: appsettings.json (is not there)`;
    expect(error).toMatchObject({ problems: [{ message: expect.stringContaining(files) }] });
    const fromObject = await rejection(startApp(MailModule.forRoot(appsettings(undefined, {})())));
    expect(fromObject).toMatchObject({
      message: expect.stringContaining(`${process.cwd()}/appsettings.json (is not there)`),
    });
  });

  it.each([[0], [1]])('is the one without a name for app.get, at place %i of two', async place => {
    const { settings } = await sinkSettings();
    const modules = [MailModule.forRoot(settings, { name: 'alerts' })];
    modules.splice(place, 0, MailModule.forRoot(settings));
    const { app } = await bench.appOf(...modules);
    expect(app.get(MailService, { strict: false }).name).toBeUndefined();
    expect(app.get<MailService>(mailServiceToken('alerts'), { strict: false }).name).toBe('alerts');
  });

  it('can be injected everywhere by default', async () => {
    const { sink, settings } = await sinkSettings();
    @Injectable()
    class Reviews {
      constructor(readonly mail: MailService) {}
    }
    @Module({ providers: [Reviews] })
    class ReviewsModule {}
    const app = await bench.appOf(MailModule.forRoot(settings), { module: ReviewsModule });
    await app.app.get(Reviews, { strict: false }).mail.send({ to: 'ann@contoso.com', text: 't' });
    expect(sink.messages).toHaveLength(1);
  });

  it('is hidden from modules that do not import it when isGlobal is false', async () => {
    const { settings } = await sinkSettings();
    @Injectable()
    class Reviews {
      constructor(readonly mail: MailService) {}
    }
    @Module({ providers: [Reviews] })
    class ReviewsModule {}
    const error = await rejection(
      startApp(MailModule.forRoot(settings, { isGlobal: false }), { module: ReviewsModule }),
    );
    expect(error).toMatchObject({ message: expect.stringContaining('MailService') });
  });

  it('keeps several named mailers apart: settings, templates, helpers and connections', async () => {
    const first = await sinkSettings();
    const second = await sinkSettings();
    const templates = [temporaryDirectory(), temporaryDirectory()];
    for (const [index, folder] of templates.entries()) {
      folder.write('hello/subject.hbs', `{{shout name}} from ${index}`);
      folder.write('hello/text.hbs', 'text');
    }
    @Injectable()
    class Both {
      constructor(
        @InjectMail('alerts') readonly alerts: MailService,
        @InjectMail('news') readonly news: MailService,
      ) {}
    }
    const app = bench.closing(
      await (async () => {
        @Module({
          imports: [
            MailModule.forRoot(first.settings, {
              name: 'alerts',
              templates: {
                directories: [templates[0]?.path ?? ''],
                helpers: { shout: (name: string) => `${name}!` },
              },
            }),
            MailModule.forRoot(second.settings, {
              name: 'news',
              templates: {
                directories: [templates[1]?.path ?? ''],
                helpers: { shout: (name: string) => `${name}?` },
              },
            }),
          ],
          providers: [Both],
        })
        class Root {}
        return NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
      })(),
    );
    const both = app.get(Both);
    await both.alerts.send({ to: 'ann@contoso.com', template: 'hello', context: { name: 'Ann' } });
    await both.news.send({ to: 'ann@contoso.com', template: 'hello', context: { name: 'Ann' } });
    expect((await first.sink.messages[0]?.parse())?.subject).toBe('Ann! from 0');
    expect((await second.sink.messages[0]?.parse())?.subject).toBe('Ann? from 1');
    expect([first.sink.messages.length, second.sink.messages.length]).toEqual([1, 1]);
    for (const folder of templates) folder.remove();
  });

  it('runs beside a named mailer as the one without a name', async () => {
    const plain = await sinkSettings();
    const named = await sinkSettings();
    const app = await startApp(
      MailModule.forRoot(named.settings, { name: 'alerts' }),
      MailModule.forRoot(plain.settings),
    );
    await sends(app, plain.sink);
    expect(named.sink.messages).toEqual([]);
  });

  it('hands mails to a delivery class of the application, which Nest injects', async () => {
    @Injectable()
    class Queue {
      readonly mails: ComposedMail[] = [];
    }
    @Module({ providers: [Queue], exports: [Queue] })
    class QueueModule {}
    @Injectable()
    class QueueDelivery extends MailDelivery {
      readonly name = 'queue';
      constructor(@Inject(Queue) readonly queue: Queue) {
        super();
      }
      async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
        this.queue.mails.push(mail);
        return { status: 'queued', accepted: [...mail.envelope.to], rejected: [] };
      }
      async verify(): Promise<void> {}
      async close(): Promise<void> {}
    }
    const app = await bench.appOf(
      MailModule.forRootAsync({
        imports: [QueueModule],
        useFactory: () => ({ FromAddress: 'no-reply@contoso.com' }),
        delivery: QueueDelivery,
      }),
    );
    const receipt = await app.mail.send({ to: 'ann@contoso.com', text: 't' });
    expect(receipt).toMatchObject({ status: 'queued', via: 'queue', accepted: ['ann@contoso.com'] });
    expect(app.app.get(Queue, { strict: false }).mails).toHaveLength(1);
  });

  it('lets a test replace the delivery by overriding its provider', async () => {
    const sent: string[] = [];
    const fake = {
      name: 'fake',
      deliver: async (mail: ComposedMail) => {
        sent.push(...mail.envelope.to);
        return { status: 'accepted' as const, accepted: [...mail.envelope.to], rejected: [] };
      },
      verify: async () => {},
      close: async () => {},
    };
    const testing = await Test.createTestingModule({
      imports: [MailModule.forRoot({ Host: 'smtp.invalid', FromAddress: 'a@b.example' })],
    })
      .overrideProvider(MailDelivery)
      .useValue(fake)
      .compile();
    bench.closing(testing);
    await testing.get(MailService).send({ to: 'ann@contoso.com', text: 't' });
    expect(sent).toEqual(['ann@contoso.com']);
  });

  it('prints no secret when its dynamic module or its service is inspected', async () => {
    const { settings } = await sinkSettings();
    const secret = 'p4ssw0rd-in-settings';
    const module = MailModule.forRoot(
      { ...settings, Username: 'ann', Password: secret },
      { smtp: { auth: { user: 'x', pass: secret } } },
    );
    const app = await bench.appOf(module);
    for (const thing of [module, app.mail, app.app.get(MailDelivery, { strict: false })]) {
      expect(inspect(thing, { depth: 12, showHidden: true })).not.toContain(secret);
      expect(JSON.stringify(thing)).not.toContain(secret);
    }
  });
});

describe('MailModule.fromConfig', () => {
  it.each([
    ['MailSettings', 'mailsettings'],
    ['Mailsettings', undefined],
    ['mailSettings', 'MAILSETTINGS'],
  ])('finds the section %s when it is asked for as %s', async (written, asked) => {
    const { sink, settings } = await sinkSettings();
    const config = ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ [written]: settings })] });
    await sends(await startApp(config, MailModule.fromConfig(asked)), sink);
  });

  it('finds a section below another one, in any case', async () => {
    const { sink, settings } = await sinkSettings();
    const config = ConfigModule.forRoot({
      ignoreEnvFile: true,
      load: [() => ({ PasswordResetSettings: { MailSettings: settings } })],
    });
    await sends(await startApp(config, MailModule.fromConfig('passwordresetsettings:mailsettings')), sink);
  });
});

describe('A mailer with a delivery of its own', () => {
  it('needs no FromAddress in the settings when each message brings its author', async () => {
    const delivery = {
      name: 'own',
      deliver: async (mail: ComposedMail) => ({
        status: 'queued' as const,
        accepted: [...mail.envelope.to],
        rejected: [],
      }),
      verify: async () => {},
      close: async () => {},
    };
    const app = await bench.app({}, { delivery });
    expect(await app.mail.send({ to: 'ann@contoso.com', from: 'me@contoso.com', text: 't' })).toMatchObject({
      status: 'queued',
      via: 'own',
    });
    expect(await rejection(app.mail.send({ to: 'ann@contoso.com', text: 't' }))).toMatchObject({
      code: 'EMAILADDRESS',
      field: 'from',
    });
  });
});
