import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { MailModule } from 'nest-mailroom';
import { MailTestingModule } from 'nest-mailroom/testing';
import { useMailBench } from '../support/mail-bench.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const FROM = { FromAddress: 'a@example.com' };
const ONE = { ...FROM, Host: 'one.example.com' };
const TWO = { ...FROM, Host: 'two.example.com', Port: 587 };

/** A module that imports others, as each feature of an application is one. */
function feature(...imports: DynamicModule[]): DynamicModule {
  class Feature {}
  Module({})(Feature);
  return { module: Feature, imports };
}

/** The same, and it exports them again. */
function passedOn(...imports: DynamicModule[]): DynamicModule {
  return { ...feature(...imports), exports: imports };
}

/** What an application warns of when it has started. */
async function warningsOf(...modules: DynamicModule[]): Promise<string[]> {
  return (await bench.appOf(...modules)).logger.warnings;
}

describe('Two mailers without a name in one application', () => {
  it('are told once, with both of them and what to do', async () => {
    const [warning, ...others] = await warningsOf(MailModule.forRoot(ONE), MailModule.forRoot(TWO));
    expect(others).toEqual([]);
    expect(warning).toContain('There are 2 mailers without a name (one.example.com:25, two.example.com:587)');
    expect(warning).toContain('Import MailModule once, or give all but one a name of its own');
  });

  it.each<[string, () => DynamicModule[], string]>([
    [
      'in modules of their own',
      () => [feature(MailModule.forRoot(ONE)), feature(MailModule.forRoot(TWO))],
      '2 mailers',
    ],
    ['with the same settings', () => [MailModule.forRoot(ONE), MailModule.forRoot(ONE)], '2 mailers'],
    ['three of them', () => [ONE, TWO, ONE].map(settings => MailModule.forRoot(settings)), '3 mailers'],
    [
      'one of them by forRootAsync',
      () => [MailModule.forRoot(ONE), MailModule.forRootAsync({ useFactory: () => TWO })],
      '2 mailers',
    ],
    [
      'one of them switched off',
      () => [MailModule.forRoot(ONE), MailModule.forRoot({ Enabled: false })],
      'one.example.com:25, switched off',
    ],
    [
      'one of them of the test kit',
      () => [MailModule.forRoot(ONE), MailTestingModule.forRoot({ settings: TWO })],
      '2 mailers',
    ],
    [
      'that are not global, in one module',
      () => [
        feature(MailModule.forRoot(ONE, { isGlobal: false }), MailModule.forRoot(TWO, { isGlobal: false })),
      ],
      '2 mailers',
    ],
    [
      'that are not global, exported again by two modules that are imported together',
      () => [
        feature(
          passedOn(MailModule.forRoot(ONE, { isGlobal: false })),
          passedOn(passedOn(MailModule.forRoot(TWO, { isGlobal: false }))),
        ),
      ],
      '2 mailers',
    ],
  ])('are told %s', async (_, modules, words) => {
    expect(await warningsOf(...modules())).toEqual([expect.stringContaining(words)]);
  });

  it('are told when both have the same name', async () => {
    const modules = [ONE, TWO].map(settings => MailModule.forRoot(settings, { name: 'alerts' }));
    expect(await warningsOf(MailModule.forRoot(ONE), ...modules)).toEqual([
      expect.stringContaining('There are 2 mailers with the name "alerts"'),
    ]);
  });

  it('are told because the order of their imports decides which one is found', async () => {
    const on = MailModule.forRoot(ONE);
    const off = MailModule.forRoot({ Enabled: false });
    const found = [];
    for (const modules of [
      [on, off],
      [off, on],
    ])
      found.push((await bench.appOf(...modules)).mail.via);
    expect(found.toSorted()).toEqual(['none', 'smtp']);
  });
});

describe('Nothing is said of', () => {
  const shared = MailModule.forRoot(ONE);
  it.each<[string, () => DynamicModule[]]>([
    ['one mailer', () => [MailModule.forRoot(ONE)]],
    ['one mailer that several modules import', () => [shared, feature(shared), feature(shared)]],
    [
      'mailers with different names',
      () => [
        MailModule.forRoot(ONE),
        MailModule.forRoot(TWO, { name: 'a' }),
        MailModule.forRoot(TWO, { name: 'b' }),
      ],
    ],
    [
      'mailers that are not global, in modules of their own',
      () => [
        feature(MailModule.forRoot(ONE, { isGlobal: false })),
        feature(MailModule.forRoot(TWO, { isGlobal: false })),
      ],
    ],
    [
      'a mailer of one module beside the global one',
      () => [MailModule.forRoot(ONE), feature(MailModule.forRoot(TWO, { isGlobal: false }))],
    ],
    [
      'one mailer that two modules export again',
      () => {
        const mailer = MailModule.forRoot(ONE, { isGlobal: false });
        return [feature(mailer, passedOn(mailer), passedOn(mailer))];
      },
    ],
    [
      'a mailer that is not exported again',
      () => [
        feature(
          passedOn(MailModule.forRoot(ONE, { isGlobal: false })),
          feature(MailModule.forRoot(TWO, { isGlobal: false })),
        ),
      ],
    ],
    [
      'names that are not global, in modules of their own',
      () => [
        feature(MailModule.forRoot(ONE, { name: 'x', isGlobal: false })),
        feature(MailModule.forRoot(TWO, { name: 'x', isGlobal: false })),
      ],
    ],
  ])('%s', async (_, modules) => {
    expect(await warningsOf(...modules())).toEqual([]);
  });

  it('mailers in applications of their own', async () => {
    const apps = [await bench.appOf(MailModule.forRoot(ONE)), await bench.appOf(MailModule.forRoot(TWO))];
    expect(apps.flatMap(({ logger }) => logger.warnings)).toEqual([]);
  });
});

it('Two mailers without a name are told in a testing module that is initialised', async () => {
  const logger = new RecordingLogger();
  const testing = await Test.createTestingModule({
    imports: [MailModule.forRoot(ONE), MailModule.forRoot(TWO)],
  })
    .setLogger(logger)
    .compile();
  bench.closing(testing);
  await testing.init();
  expect(logger.warnings).toEqual([expect.stringContaining('2 mailers without a name')]);
});

describe('What is wrong at the start', () => {
  it('of one of several mailers names it', async () => {
    const wrong = { ...TWO, Port: 'many' };
    const modules = [MailModule.forRoot(ONE), MailModule.forRoot(wrong, { name: 'alerts' })];
    expect(await rejection(bench.appOf(...modules))).toMatchObject({
      message: expect.stringMatching(
        /^The mail settings of the mailer "alerts" cannot be used:\n {2}- Port: /,
      ),
      problems: [{ key: 'Port' }],
    });
    const hooks = { name: 'alerts', hooks: [class {}] } as object;
    expect(await rejection(bench.appOf(MailModule.forRoot(TWO, hooks)))).toMatchObject({
      message: expect.stringContaining('of the mailer "alerts" cannot be used:\n  - hooks[0]: '),
    });
  });
});

describe('The option smtp.name beside the setting LocalDomain', () => {
  const settings = { ...ONE, LocalDomain: 'Mail.contoso.com' };
  const warning = 'The option smtp.name is not used: the setting LocalDomain says';

  it('is told when it says something else', async () => {
    expect(await warningsOf(MailModule.forRoot(settings, { smtp: { name: 'other.contoso.com' } }))).toEqual([
      expect.stringContaining(warning),
    ]);
  });

  it.each<[string, object, string]>([
    ['the same', settings, 'mail.contoso.com'],
    ['it alone', ONE, 'other.contoso.com'],
    ['what nobody hears', { Enabled: false, LocalDomain: 'mail.contoso.com' }, 'other.contoso.com'],
  ])('is not told when it says %s', async (_, given, name) => {
    expect(await warningsOf(MailModule.forRoot(given, { smtp: { name } }))).toEqual([]);
  });
});
