import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import PostalMime from 'postal-mime';
import type { MailModuleOptions, RenderedMail, RenderedTemplate, RenderOptions } from 'nest-mailroom';
import {
  MailModule,
  MailService,
  mailServiceToken,
  MailTemplateError,
  TemplateRenderer,
} from 'nest-mailroom';
import { headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSink } from '../support/mail-sink.js';
import { LetterRenderer, rendererReturning, thenable } from '../support/own-renderers.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const TO = { to: 'ann@contoso.com' };

async function start(options: MailModuleOptions, section: object = {}) {
  const sink = await bench.sink();
  const MailSettings = { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' };
  const app = await bench.app({ MailSettings, ...section }, options);
  return { sink, ...app, mail: app.mail };
}

async function parsed(sink: MailSink, index = 0) {
  const raw = sink.messages[index]?.raw;
  if (!raw) throw new Error('no mail came');
  return PostalMime.parse(raw);
}

describe('A renderer of the application', () => {
  it('as a class is made by Nest, with what it injects', async () => {
    @Injectable()
    class Words {
      readonly greeting = 'Hello';
    }
    @Module({ providers: [Words], exports: [Words] })
    class WordsModule {}
    @Injectable()
    class Greeter extends TemplateRenderer {
      readonly #words: Words;
      constructor(words: Words) {
        super();
        this.#words = words;
      }
      override async render(_template: string, { name }: { name?: string }): Promise<RenderedTemplate> {
        return { subject: 'Hi', html: `<p>${this.#words.greeting} ${name}</p>` };
      }
    }
    const { sink, mail } = await start({ renderer: Greeter, imports: [WordsModule] });
    await mail.send({ ...TO, template: 'welcome', context: { name: 'Ann' } });
    const { subject, html, text } = await parsed(sink);
    expect({ subject, html: html?.trim(), text: text?.trim() }).toEqual({
      subject: 'Hi',
      html: '<p>Hello Ann</p>',
      text: 'Hello Ann',
    });
    expect(headersOf(sink.messages[0]?.raw ?? Buffer.alloc(0), 'Content-Language')).toEqual(['en']);
    expect(headersOf(sink.messages[0]?.raw ?? Buffer.alloc(0), 'Auto-Submitted')).toEqual(['auto-generated']);
  });

  it('as a plain object with a method is one, too', async () => {
    const renderer = { render: async () => ({ subject: 's', text: 'x' }) } as unknown;
    const { sink, mail, close } = await start({ renderer: renderer as TemplateRenderer });
    await mail.send({ ...TO, template: 'welcome' });
    expect((await parsed(sink)).text?.trim()).toBe('x');
    await close();
  });

  it('may answer without a promise, and with a thenable', async () => {
    const answer = { subject: 's', text: 'x' };
    const answers: unknown[] = [answer, thenable(resolve => resolve(answer))];
    const { mail } = await start({ renderer: new LetterRenderer(() => answers.shift()) });
    const whole = { subject: 's', text: 'x', culture: 'en' };
    expect(await mail.render('welcome', {})).toEqual(whole);
    expect(await mail.render('welcome', {})).toEqual(whole);
  });

  it('written against the type of a whole mail still compiles and works', async () => {
    class Whole extends TemplateRenderer {
      readonly templates = new Map([['welcome', 'Hello']]);
      override async render(template: string): Promise<RenderedMail> {
        return { subject: 's', text: this.templates.get(template) ?? 'none', culture: 'de' };
      }
    }
    const { mail } = await start({ renderer: Whole });
    expect(await mail.render('welcome', {})).toEqual({ subject: 's', text: 'Hello', culture: 'de' });
  });

  it('gets culture and time zone in their normal forms, and none where the mail leaves them to the defaults', async () => {
    const own = rendererReturning({ subject: 's', text: 'x' });
    const { mail } = await start({ ...own, templates: { defaultCulture: 'fr' } });
    await mail.send({ ...TO, template: 'welcome', culture: 'de_at', timeZone: 'Asia/Tokyo', subject: 'Own' });
    await mail.send({ ...TO, template: 'welcome', culture: null, timeZone: null });
    await mail.render('welcome', { a: 1 }, { culture: null });
    expect(own.renderer.asked).toEqual([
      {
        template: 'welcome',
        context: {},
        options: { culture: 'de-AT', timeZone: 'Asia/Tokyo', subject: 'Own' },
      },
      { template: 'welcome', context: {}, options: {} },
      { template: 'welcome', context: { a: 1 }, options: {} },
    ]);
  });

  it('leaves the culture to the wanted one, else to the default one', async () => {
    const own = rendererReturning({ subject: 's', text: 'x' });
    const { mail } = await start({ ...own, templates: { defaultCulture: 'fr' } });
    expect(await mail.render('welcome', {}, { culture: 'pt_br' })).toMatchObject({ culture: 'pt-BR' });
    expect(await mail.render('welcome', {})).toMatchObject({ culture: 'fr' });
  });

  it('needs no subject where the message brings its own, which then counts', async () => {
    const subjects = [undefined, 'Of the renderer'];
    const renderer = new LetterRenderer(async () => ({ subject: subjects.shift(), text: 'x' }));
    const { sink, mail } = await start({ renderer });
    await mail.send({ ...TO, template: 'welcome', subject: 'Of the message' });
    await mail.send({ ...TO, template: 'welcome', subject: 'Of the message' });
    expect(sink.messages.map(({ raw }) => headersOf(raw, 'Subject'))).toEqual([
      ['Of the message'],
      ['Of the message'],
    ]);
  });

  it('may embed what its HTML shows, and show what the message attaches', async () => {
    const content = Buffer.from('GIF89a');
    const own = rendererReturning({
      subject: 's',
      html: '<img src="cid:own"><img src="cid:attached">',
      attachments: [{ filename: 'own.gif', contentType: 'image/gif', cid: 'own', content }],
    });
    const { sink, mail } = await start(own);
    const attachments = [{ filename: 'a.gif', contentType: 'image/gif', cid: 'attached', content }];
    await mail.send({ ...TO, template: 'welcome', attachments });
    const { attachments: sent } = await parsed(sink);
    expect(sent.map(({ contentId }) => contentId).toSorted()).toEqual(['<attached>', '<own>']);
  });

  it('is closed once, when the application shuts down', async () => {
    const own = rendererReturning({ subject: 's', text: 'x' });
    const { app } = await start(own);
    await app.close();
    await app.close();
    expect(own.renderer.closed).toBe(1);
  });

  it('is what TemplateRenderer injects, with the templates of Handlebars behind it', async () => {
    const renderer = new LetterRenderer(async name =>
      name === 'own' ? { subject: 's', text: 'x' } : undefined,
    );
    const { app } = await start({ renderer });
    const injected = app.get(TemplateRenderer, { strict: false });
    expect(await injected.render('own', {})).toMatchObject({ text: 'x' });
    expect(await injected.render('notification', { title: 'T', greeting: 'G', lines: [] })).toMatchObject({
      subject: 'T',
    });
  });

  it('of one mailer does not know the mails of another', async () => {
    const sink = await bench.sink();
    const settings = { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' };
    const { app } = await bench.appOf(
      MailModule.forRoot(settings, rendererReturning({ subject: 's', text: 'x' })),
      MailModule.forRoot(settings, { name: 'other' }),
    );
    expect(await app.get(MailService).render('welcome', {})).toMatchObject({ text: 'x' });
    const other: MailService = app.get(mailServiceToken('other'), { strict: false });
    expect(await rejection(other.render('welcome', {}))).toMatchObject({ code: 'EMAILTEMPLATENOTFOUND' });
  });
});

describe('A template that the renderer of the application does not have', () => {
  const missing = (template: string): never => {
    throw new MailTemplateError('EMAILTEMPLATENOTFOUND', `no file ${template}.mjml`, { template });
  };

  it.each<[string, (template: string) => unknown]>([
    ['returns undefined', () => undefined],
    ['returns null', () => null],
    ['resolves with undefined', async () => undefined],
    ['says so by an error', missing],
    ['rejects with that error', async template => missing(template)],
  ])('is made by Handlebars when it %s', async (_what, rendering) => {
    const { sink, mail } = await start({ renderer: new LetterRenderer(rendering) });
    await mail.sendNotification({ ...TO, title: 'Backup', lines: ['It is done.'] });
    await mail.sendResetPassword({
      ...TO,
      displayName: 'Ann',
      resetUrl: 'https://contoso.com/reset?token=abc',
    });
    expect((await parsed(sink)).subject).toBe('Backup');
    expect((await parsed(sink, 1)).html).toContain('https://contoso.com/reset');
  });

  it('may be one of the folders, in the language that is asked for', async () => {
    const folder = bench.folder();
    folder.write('welcome/subject.fr.hbs', 'Bienvenue {{name}}');
    folder.write('welcome/text.fr.hbs', 'Bonjour');
    const { mail } = await start({
      renderer: new LetterRenderer(() => undefined),
      templates: { directories: [folder.path] },
    });
    expect(await mail.render('welcome', { name: 'Ann' }, { culture: 'fr-CA' })).toMatchObject({
      subject: 'Bienvenue Ann',
      culture: 'fr',
    });
  });

  it('and that Handlebars does not have either is an error that names both, and what was said', async () => {
    const { mail, sink } = await start({ renderer: new LetterRenderer(missing) });
    const error = await rejection(mail.send({ ...TO, template: 'welcom' }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATENOTFOUND',
      template: 'welcom',
      cause: { message: 'no file welcom.mjml' },
    });
    expect(String(error)).toContain(
      'The renderer LetterRenderer has no template "welcom" (no file welcom.mjml). Nor have the Handlebars templates: There is no template "welcom"',
    );
    expect(sink.connections).toBe(0);
  });

  it('gets the nearest name that the renderer lists', async () => {
    class Listing extends LetterRenderer {
      override templateNames(): string[] {
        return ['welcome', 'orders/shipped'];
      }
    }
    const { mail } = await start({ renderer: new Listing(() => undefined) });
    const error = await rejection(mail.render('order/shiped', {}));
    expect(String(error)).toContain('did you mean "orders/shipped"?');
    expect(String(await rejection(mail.render('../welcome', {})))).toContain('did you mean "welcome"?');
  });

  it.each(['../etc/passwd', '/etc/passwd', 'a\0b', 'layouts/mail', '', 'C:\\x'])(
    'is not asked for by what is no name: %j',
    async name => {
      const own = rendererReturning({ subject: 's', text: 'x' });
      const { mail } = await start(own);
      expect(await rejection(mail.render(name, {}))).toMatchObject({ code: 'EMAILTEMPLATENAME' });
      expect(own.renderer.asked).toEqual([]);
    },
  );
});

describe('A built-in mail', () => {
  it('can be taken over by its name', async () => {
    const renderer = new LetterRenderer(async (template, context) =>
      template === 'reset-password'
        ? { subject: 'Mine', html: `<a href="${(context as { resetUrl: string }).resetUrl}">Go</a>` }
        : undefined,
    );
    const { sink, mail } = await start({ renderer });
    await mail.sendResetPassword({
      ...TO,
      displayName: 'Ann',
      resetUrl: 'https://contoso.com/reset?token=abc',
    });
    const { subject, text } = await parsed(sink);
    expect({ subject, text: text?.trim() }).toEqual({
      subject: 'Mine',
      text: 'Go <https://contoso.com/reset?token=abc>',
    });
  });

  const RESET = {
    TwoFactorSettings: { ResetConfirmationUri: 'https://contoso.com/reset?token=' },
    NotificationSettings: { Cultures: ['en', 'fr', 'de'] },
  };
  const reset = { ...TO, displayName: 'Ann', token: 'abc' };

  it('of several languages takes each from who has it, and the words above from Handlebars', async () => {
    const renderer = new LetterRenderer(async (_template, _context, options: RenderOptions = {}) =>
      options.culture === 'fr' ? { subject: 'Le mien', html: '<p>À moi</p>' } : undefined,
    );
    const { sink, mail } = await start({ renderer }, RESET);
    await mail.sendResetPassword(reset);
    const { subject, html = '' } = await parsed(sink);
    expect(subject).toMatch(/ \/ Le mien \/ /);
    expect(html).toContain('<div lang="fr" dir="ltr"><p>À moi</p></div>');
    expect(html).toContain('<div lang="de"');
    expect(html).toContain('La version française se trouve plus bas.');
    expect(headersOf(sink.messages[0]?.raw ?? Buffer.alloc(0), 'Content-Language')).toEqual(['en, fr, de']);
  });

  it('of several languages has the words above from the renderer, where it has some', async () => {
    class Speaking extends LetterRenderer {
      override async languageBelow(culture: string) {
        return culture === 'fr' ? { culture, html: '<p>Ci-dessous</p>', text: 'Ci-dessous' } : undefined;
      }
    }
    const renderer = new Speaking(async (_template, _context, options) => ({
      subject: `In ${options?.culture}`,
      html: `<p>${options?.culture}</p>`,
    }));
    const { sink, mail } = await start({ renderer }, RESET);
    await mail.sendResetPassword(reset);
    const { subject, html = '', text = '' } = await parsed(sink);
    expect(subject).toBe('In en / In fr / In de');
    expect(html).toContain('<p>Ci-dessous</p>');
    expect(html).toContain('Die deutsche Fassung folgt weiter unten.');
    expect(text.startsWith('Ci-dessous')).toBe(true);
  });
});

describe('A renderer that takes the place of TemplateRenderer', () => {
  async function overridden(answer: unknown) {
    const renderer = new LetterRenderer(async () => answer);
    const module = await Test.createTestingModule({
      imports: [MailModule.forRoot({ Enabled: false, FromAddress: 'a@example.com' })],
    })
      .overrideProvider(TemplateRenderer)
      .useValue(renderer)
      .compile();
    bench.closing(module);
    return module.get(MailService);
  }

  it('may leave out text and culture as well', async () => {
    const mail = await overridden({ subject: 's', html: '<p>Hello</p>' });
    expect(await mail.render('anything at all: x', {})).toEqual({
      subject: 's',
      html: '<p>Hello</p>',
      text: 'Hello',
      culture: 'en',
    });
  });

  it('is asked alone, and what it does not have nobody has', async () => {
    const mail = await overridden(undefined);
    expect(await rejection(mail.render('notification', {}))).toMatchObject({
      code: 'EMAILTEMPLATENOTFOUND',
      message: 'The renderer LetterRenderer has no template "notification".',
    });
  });

  it('gets an error for what is no mail', async () => {
    const mail = await overridden('<p>Hello</p>');
    expect(await rejection(mail.send({ ...TO, template: 'x' }))).toMatchObject({
      code: 'EMAILTEMPLATERENDERER',
      message: expect.stringContaining('has returned a text'),
    });
  });
});
