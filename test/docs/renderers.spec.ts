import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import PostalMime from 'postal-mime';
import type { TemplateRenderer } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import { loadBlock, typeScriptBelow } from './block-module.js';
import { codeBlocks } from './code-blocks.js';
import { page } from './pages.js';

const bench = useMailBench();
const PAGE = 'docs/renderers.md';
const CONTEXT = { name: 'Ann <b>&', url: 'https://contoso.com/begin?a=1&b="' };

/** The class of a recipe, beside the files of the page and others. */
async function rendererOf(
  heading: string,
  name: string,
  files: Readonly<Record<string, string>> = {},
  edit?: (code: string) => string,
): Promise<Type<TemplateRenderer>> {
  const folder = bench.folder();
  for (const { info, code } of codeBlocks(page(PAGE))) if (info.endsWith('.mjml')) folder.write(info, code);
  for (const [path, text] of Object.entries(files)) folder.write(path, text);
  const found = (await loadBlock(folder, typeScriptBelow(PAGE, heading)[0], edit))[name];
  if (typeof found !== 'function') throw new Error(`The block exports no ${name}`);
  return found as Type<TemplateRenderer>;
}

async function start(renderer: Type<TemplateRenderer>): Promise<MailApp & { sink: MailSink }> {
  const sink = await bench.sink();
  const app = await bench.against(sink, {}, { renderer });
  return { ...app, mail: app.mail, sink };
}

describe('The recipe for MJML', () => {
  it('sends a mail with its values escaped, in the subject as they are, and with a text part', async () => {
    const { mail, sink } = await start(await rendererOf('MJML', 'MjmlRenderer'));
    await mail.send({ to: 'ann@contoso.com', template: 'welcome', context: CONTEXT });
    const { subject, html = '', text = '' } = await PostalMime.parse(sink.messages[0]?.raw ?? '');
    expect(subject).toBe('Welcome, Ann <b>&');
    expect(html).toContain('Hello Ann &lt;b&gt;&amp;, your account is ready.');
    expect(html).toContain('href="https://contoso.com/begin?a&#x3D;1&amp;b&#x3D;&quot;"');
    expect(html).toMatch(/<table[^>]* role="presentation"/);
    expect(text).toContain('Hello Ann <b>&, your account is ready.');
    expect(text).toContain('Begin <https://contoso.com/begin?a=1&b=');
  });

  it('leaves the built-in mails to Handlebars, and lists its own', async () => {
    const { mail, sink } = await start(await rendererOf('MJML', 'MjmlRenderer'));
    await mail.sendNotification({ to: 'ann@contoso.com', title: 'Backup', lines: ['It is done.'] });
    expect(sink.messages[0]?.raw.toString()).toContain('Subject: Backup');
    expect(String(await rejection(mail.render('welcom', {})))).toContain('did you mean "welcome"?');
  });

  it('fails a mail whose context lacks a variable', async () => {
    const { mail } = await start(await rendererOf('MJML', 'MjmlRenderer'));
    const error = await rejection(mail.render('welcome', { name: 'Ann' }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATERENDERER',
      message: expect.stringMatching(/^The renderer MjmlRenderer failed: "url" not defined/),
    });
  });

  it('stops the start at a file that is no MJML, and names the line', async () => {
    const broken = { 'mails/broken.mjml': '<mjml>\n<mj-body>\n<mj-txt>x</mj-txt>\n</mj-body>\n</mjml>\n' };
    const error = await rejection(start(await rendererOf('MJML', 'MjmlRenderer', broken)));
    expect(String(error)).toMatch(/Line 3 .*mj-txt/);
  });
});

describe('The recipe for React', () => {
  it('sends a component with its values escaped, in the language of the mail, and with a text part', async () => {
    const { mail, sink } = await start(await rendererOf('React', 'ReactRenderer'));
    await mail.send({ to: 'ann@contoso.com', template: 'welcome', culture: 'fr', context: CONTEXT });
    const { subject, html = '', text = '' } = await PostalMime.parse(sink.messages[0]?.raw ?? '');
    expect(subject).toBe('Welcome, Ann <b>&');
    expect(html).toContain('<html lang="fr">');
    expect(html).toContain('<h1>Hello Ann &lt;b&gt;&amp;</h1>');
    expect(text).toContain('Hello Ann <b>&');
    expect(text).toContain('Begin <https://contoso.com/begin?a=1&b=');
    expect(sink.messages[0]?.raw.toString()).toContain('Content-Language: fr');
  });

  it('has a sample of each mail, with which it is rendered', async () => {
    const Renderer = await rendererOf('React', 'ReactRenderer');
    const { mail } = await start(Renderer);
    const renderer = new Renderer();
    const names = (await renderer.templateNames?.()) ?? [];
    expect(names).toEqual(['welcome']);
    for (const name of names)
      for (const sample of Object.values((await renderer.templateSamples?.(name)) ?? {}))
        expect(await mail.render(name, sample)).toMatchObject({ subject: 'Welcome, Ann', culture: 'en' });
  });

  it('leaves the built-in mails to Handlebars', async () => {
    const { mail } = await start(await rendererOf('React', 'ReactRenderer'));
    expect(await mail.render('notification', { title: 'Backup', lines: [] })).toMatchObject({
      subject: 'Backup',
    });
  });
});

describe('An error of React', () => {
  const SECRET = 'pa55-w0rd-of-ann';

  it('that names what it cannot show shows no secret of the message', async () => {
    const asChild = (code: string): string => code.replace('`Hello ${name}`', 'name');
    const { mail } = await start(await rendererOf('React', 'ReactRenderer', {}, asChild));
    const context = { name: { [SECRET]: 1 }, url: 'https://contoso.com' };
    const message = { to: 'ann@contoso.com', template: 'welcome', context };
    const found = 'Objects are not valid as a React child (found: object with keys';
    expect(String(await rejection(mail.send(message)))).toContain(`${found} {${SECRET}})`);
    const shown = inspect(await rejection(mail.send({ ...message, secrets: [SECRET] })), { depth: 20 });
    expect(shown).toContain(`${found} {***})`);
    expect(shown).not.toContain(SECRET);
  });
});

describe('The first block of the page', () => {
  it('is an application that sends its letter', async () => {
    const { mail } = await start(await rendererOf('Other template engines', 'LetterRenderer'));
    expect(await mail.render('letter', { name: 'Ann' }, { culture: 'fr-CA' })).toEqual({
      subject: 'Bonjour',
      text: 'Bonjour Ann',
      culture: 'fr-CA',
    });
  });
});
