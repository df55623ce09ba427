import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { RenderedTemplate } from 'nest-mailroom';
import { MailTemplateError, TemplateRenderer } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { LetterRenderer } from '../support/own-renderers.js';
import { registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const mail = { to: 'ann@example.com', template: 'welcome' };

@Injectable()
class Words {
  readonly subject = 'by the registry';
}

@Module({ providers: [Words], exports: [Words] })
class WordsModule {}

/** Makes every mail of the words that Nest injects. */
@Injectable()
class Injected extends TemplateRenderer {
  constructor(private readonly words: Words) {
    super();
  }
  override async render(): Promise<RenderedTemplate> {
    return { subject: this.words.subject, html: '<p>Hello</p>' };
  }
}

/** A renderer whose mails tell whose they are. */
function letters(subject: string): LetterRenderer {
  return new LetterRenderer(async () => ({ subject, html: '<p>Hello</p>' }));
}

describe('A renderer of the application, in a registry', () => {
  it('makes the mails of every mailer, and one of a single mailer takes its place there', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench, { renderer: Injected, imports: [WordsModule] });
    const settings = settingsFor(sink);
    await (await registry.open('one', settings)).send(mail);
    await (await registry.open('two', settings, { brand: { applicationName: 'Two' } })).send(mail);
    await (await registry.open('three', settings, { renderer: letters('by its own') })).send(mail);
    await (await registry.open('four', settings, { renderer: Injected })).send(mail);
    expect(subjectsOf(sink)).toEqual(['by its own', 'by the registry', 'by the registry', 'by the registry']);
  });

  it('makes no mail of a mailer whose renderer has no such template, and the built-in mails go on', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench, { renderer: new LetterRenderer(async () => undefined) });
    const mailer = await registry.open('acme', settingsFor(sink));
    await mailer.sendNotification({ to: 'ann@example.com', title: 'Built in', lines: ['One.'] });
    expect(await rejection(mailer.send(mail))).toBeInstanceOf(MailTemplateError);
    expect(subjectsOf(sink)).toEqual(['Built in']);
  });

  it('is closed with the last mailer that has it, and the one of the registry with the registry', async () => {
    const sink = await bench.sink();
    const [shared, own] = [letters('shared'), letters('own')];
    const { app, registry } = await registryApp(bench, { renderer: shared });
    const settings = settingsFor(sink);
    await registry.open('one', settings, { renderer: own });
    await registry.open('two', settings, { renderer: own });
    await registry.open('three', settings, { brand: { applicationName: 'Three' } });
    await registry.close('one');
    await registry.close('three');
    expect([own.closed, shared.closed]).toEqual([0, 0]);
    await registry.close('two');
    expect([own.closed, shared.closed]).toEqual([1, 0]);
    await app.close();
    expect([own.closed, shared.closed]).toEqual([1, 1]);
  });

  it('is not taken for one that a mailer has when that mailer could not be opened', async () => {
    const own = letters('own');
    const { registry } = await registryApp(bench);
    const settings = settingsFor({ port: 1 });
    const broken = { renderer: own, templates: { directories: ['/nowhere'] } };
    expect(await rejection(registry.open('acme', settings, broken))).toBeInstanceOf(MailTemplateError);
    expect(own.closed).toBe(0);
    await registry.open('acme', settings, { renderer: own });
    await registry.close('acme');
    expect(own.closed).toBe(1);
  });

  it('is not made, and a given one not closed, for a mailer that cannot be opened', async () => {
    const made: LetterRenderer[] = [];
    class Made extends LetterRenderer {
      constructor() {
        super(async () => undefined);
        made.push(this);
      }
    }
    const { registry } = await registryApp(bench);
    const settings = settingsFor({ port: 1 });
    const nowhere = { templates: { directories: ['/nowhere'] } };
    expect(await rejection(registry.open('acme', settings, { ...nowhere, renderer: Made }))).toBeInstanceOf(
      MailTemplateError,
    );
    const lacking = { deliver: () => undefined };
    const own = letters('own');
    for (const renderer of [Made, own]) {
      const options: object = { renderer, delivery: lacking };
      expect(await rejection(registry.open('acme', settings, options))).toMatchObject({
        problems: [{ key: 'delivery' }],
      });
    }
    expect([made, own.closed]).toEqual([[], 0]);
  });

  it('that is none is told in words when the mailer is opened, and at start', async () => {
    const none = { rendr: () => undefined };
    const { registry } = await registryApp(bench);
    const settings = settingsFor({ port: 1 });
    const options = { renderer: none } as object;
    expect(await rejection(registry.open('acme', settings, options))).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key: 'renderer' }],
    });
    expect(await rejection(registryApp(bench, options))).toMatchObject({
      problems: [{ key: 'registry.renderer' }],
    });
  });
});
