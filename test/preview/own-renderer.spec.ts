import { afterEach, describe, expect, it } from '@jest/globals';
import type { RendererSamples } from 'nest-mailroom';
import { MailTemplateError } from 'nest-mailroom';
import { LetterRenderer } from '../support/own-renderers.js';
import { WITH_KEY } from './http-request.js';
import type { TemplatesApp } from './templates-app.js';
import { startTemplatesApp, TEMPLATES } from './templates-app.js';

let app: TemplatesApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** A renderer that lists its templates, and has samples for one of them. */
class Letters extends LetterRenderer {
  constructor() {
    super(async (template, context, options) => {
      const { name } = context as { name?: unknown };
      if (template === 'notification') return { subject: 'Mine', text: 'Mine' };
      if (template === 'broken') throw new TypeError('x is not a function');
      if (template !== 'letter') return undefined;
      if (name === undefined)
        throw new MailTemplateError('EMAILTEMPLATEVARIABLE', 'The letter lacks "name".', { missing: 'name' });
      return { subject: `Dear ${name}`, html: `<p>Dear ${name} in ${options?.culture}</p>` };
    });
  }
  override async templateNames(): Promise<string[]> {
    return ['letter', 'broken', 'notification'];
  }
  override templateSamples(template: string): RendererSamples | undefined {
    return template === 'letter' ? { default: { name: 'Ann' }, bob: { name: 'Bob' } } : undefined;
  }
}

async function start(renderer: LetterRenderer): Promise<TemplatesApp> {
  app = await startTemplatesApp(TEMPLATES, { renderer });
  return app;
}

async function page({ url }: TemplatesApp, path: string): Promise<{ status: number; words: string }> {
  const response = await fetch(`${url}${path}`, { headers: WITH_KEY });
  const text = await response.text();
  return { status: response.status, words: text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ') };
}

async function json({ url }: TemplatesApp, path: string): Promise<{ status: number; data: object }> {
  const response = await fetch(`${url}/api/templates${path}`, { headers: WITH_KEY });
  return { status: response.status, data: (await response.json()) as object };
}

describe('The page Templates with a renderer of the application', () => {
  it('lists its templates with those of Handlebars, and one that it has taken over once', async () => {
    const running = await start(new Letters());
    const { words } = await page(running, '/templates');
    expect(words).toMatch(/Templates 5 letter The renderer Letters broken The renderer Letters notification/);
    expect(words).toMatch(/Built in 8 /);
    expect(words).toContain('The renderer Letters is asked first for every template');
    const { data } = await json(running, '');
    expect(data).toMatchObject({
      templates: expect.arrayContaining([
        {
          name: 'letter',
          owner: 'app',
          renderer: 'The renderer Letters',
          parts: [],
          cultures: [],
          files: [],
        },
      ]),
    });
  });

  it('shows each sample as the renderer makes it, in any culture', async () => {
    const running = await start(new Letters());
    const { status, words } = await page(running, '/templates/letter?culture=fr');
    expect(status).toBe(200);
    expect(words).toMatch(/Subject Dear Ann .*Sample default bob/);
    expect(words).toContain('templateSamples() of the renderer Letters');
    expect(await json(running, '/letter?sample=bob&culture=fr')).toMatchObject({
      status: 200,
      data: {
        samples: ['default', 'bob'],
        rendered: {
          subject: 'Dear Bob',
          html: '<p>Dear Bob in fr</p>',
          text: 'Dear Bob in fr',
          culture: 'fr',
        },
        problems: [],
      },
    });
    expect((await page(running, '/templates/letter?tab=source')).words).toContain(
      'The renderer Letters makes it; its source is not known here.',
    );
  });

  it('shows a built-in mail that the renderer has taken over as it is sent', async () => {
    expect(await json(await start(new Letters()), '/notification')).toMatchObject({
      status: 200,
      data: { rendered: { subject: 'Mine' } },
    });
  });

  it('shows what is wrong, and what is missing with stand-ins', async () => {
    const running = await start(new Letters());
    expect(await json(running, '/broken')).toMatchObject({
      status: 422,
      data: {
        problems: [
          { code: 'EMAILTEMPLATERENDERER', message: expect.stringContaining('failed: x is not a function') },
        ],
      },
    });
    expect(await json(running, '/letter?context=%7B%7D')).toMatchObject({
      status: 422,
      data: { problems: [{ code: 'EMAILTEMPLATEVARIABLE', missing: 'name' }] },
    });
    expect((await page(running, '/templates/letter?context=%7B%7D')).words).toContain('Dear [name]');
    expect((await json(running, '/letter?sample=gone')).data).toMatchObject({
      problems: [
        {
          message:
            'There is no sample "gone" in templateSamples() of the renderer Letters; it has "default" and "bob".',
        },
        { code: 'EMAILTEMPLATEVARIABLE' },
      ],
    });
  });

  it('sends it through the mailer', async () => {
    const running = await start(new Letters());
    const body = new URLSearchParams({ to: 'ann@contoso.com', sample: 'bob' });
    const response = await fetch(`${running.url}/templates/letter/send`, {
      headers: WITH_KEY,
      method: 'POST',
      body,
    });
    expect(await response.text()).toContain('The mail server has accepted it for ann@contoso.com');
    expect(running.sink.messages[0]?.raw.toString()).toContain('Subject: Dear Bob');
    const messages = (await (
      await fetch(`${running.url}/api/messages`, { headers: WITH_KEY })
    ).json()) as object[];
    expect(messages).toMatchObject([{ template: 'letter', subject: 'Dear Bob' }]);
  });

  it('goes on with what Handlebars has', async () => {
    const running = await start(new Letters());
    expect(await json(running, '/welcome?culture=fr')).toMatchObject({
      status: 200,
      data: { rendered: { subject: 'Bienvenue Ann' } },
    });
    expect(await json(running, '/gone')).toMatchObject({ status: 404 });
  });
});

describe('A renderer that does not list its templates', () => {
  it('is told of in words, and what it has is shown where its name is known', async () => {
    const renderer = new LetterRenderer(async template =>
      template === 'letter' ? { subject: 'Hi', text: 'x' } : undefined,
    );
    const running = await start(renderer);
    const { words } = await page(running, '/templates');
    expect(words).toContain('The renderer LetterRenderer does not list its templates');
    expect((await page(running, '/templates/letter')).status).toBe(200);
    expect(await json(running, '/letter')).toMatchObject({ status: 200, data: { rendered: { text: 'x' } } });
    expect((await page(running, '/templates/gone')).status).toBe(404);
  });

  it('has its mail shown, as it is sent, where Handlebars has the name too', async () => {
    const renderer = new LetterRenderer(async (template, context) => {
      if (template === 'notification') throw new TypeError('x is not a function');
      return template === 'welcome'
        ? { subject: `Hi ${Reflect.get(context, 'name')}`, text: 'x' }
        : undefined;
    });
    const running = await start(renderer);
    expect(await json(running, '/welcome')).toMatchObject({
      status: 200,
      data: { rendered: { subject: 'Hi Ann' }, files: {} },
    });
    expect((await page(running, '/templates/welcome?tab=source')).words).toContain(
      'The renderer LetterRenderer makes it; its source is not known here.',
    );
    expect(await json(running, '/notification')).toMatchObject({
      status: 422,
      data: { problems: [{ code: 'EMAILTEMPLATERENDERER' }] },
    });
    expect(await json(running, '/reset-password')).toMatchObject({ status: 200 });
  });

  it.each<[string, unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('no list');
      },
      'cannot list its templates: no list',
    ],
    ['returns what is no list', async () => 'letter', 'templateNames() must return an array of names'],
    ['returns what are no names', () => [1], 'templateNames() must return an array of names'],
    ['returns paths', () => ['../letter'], 'lists what no mail can ask for: "../letter" is no template name'],
  ])('because its method %s is shown with that', async (_what, templateNames, words) => {
    const renderer = Object.assign(new LetterRenderer(() => undefined), { templateNames });
    const running = await start(renderer as LetterRenderer);
    const found = await page(running, '/templates');
    expect(found.status).toBe(200);
    expect(found.words.replaceAll('&quot;', '"')).toContain(words);
    expect(found.words).toContain('welcome');
  });

  it.each<[string, unknown]>([
    ['no object', () => []],
    ['no contexts', () => ({ default: 'Ann' })],
    [
      'an error',
      () => {
        throw new Error('no samples');
      },
    ],
  ])('and whose samples are %s shows the template without one', async (_what, templateSamples) => {
    const renderer = Object.assign(new LetterRenderer(async () => ({ subject: 'Hi', text: 'x' })), {
      templateNames: () => ['letter'],
      templateSamples,
    });
    const running = await start(renderer as LetterRenderer);
    expect((await json(running, '/letter')).data).toMatchObject({
      rendered: { text: 'x' },
      problems: [{ kind: 'samples', message: expect.stringContaining('has no samples that can be used') }],
    });
  });
});
