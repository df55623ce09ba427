import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import { CssInliner } from '../../../../lib/core/templates/inlining/css-inliner.js';
import type { TemplateOptions } from '../../../../lib/core/templates/template-options.js';
import { everythingOf, failure, TemplateFixture } from '../template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const CSS = `<style>
.a { color: red; margin: 0 }
a:hover { color: blue }
@media (max-width: 600px) { .a { color: green !important } }
@media (prefers-color-scheme: dark) { .a { color: white !important } }
</style>`;

async function html(source: string, context: object = {}, options: TemplateOptions = {}): Promise<string> {
  const mail = await fixture.mail({ 't/html.hbs': source }, context, { inlineCss: true, ...options });
  return mail.html ?? '';
}

describe('Inlining of style sheets', () => {
  it('is not done unless the option says so', async () => {
    const source = `${CSS}<p class="a">x</p>`;
    expect(await html(source, {}, { inlineCss: false })).toBe(source);
  });

  it('writes rules into the elements, and leaves the style sheet with its media queries where it is', async () => {
    const page = (p: string): string =>
      `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title>${CSS}</head><body>${p}</body></html>`;
    expect(await html(page('<p class="a">{{name}}</p>'), { name: 'Ann & Bob' })).toBe(
      page('<p class="a" style="color: red;margin: 0;">Ann &amp; Bob</p>'),
    );
  });

  it.each([
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
    '<!doctype html>',
  ])('keeps the doctype as it is: %s', async doctype => {
    expect(await html(`${doctype}<html><head>${CSS}</head><body>x</body></html>`)).toMatch(
      new RegExp(`^${doctype.replace(/[.*+?^$()|[\]\\]/g, '\\$&')}<html>`),
    );
  });

  it('keeps what is for Outlook: conditional comments, hidden and shown', async () => {
    const mso = '<!--[if mso]><table><tr><td class="a"><![endif]-->';
    const others = '<!--[if !mso]><!--><p style="x:y">p</p><!--<![endif]-->';
    const shown = '<![if !mso]><b>b</b><![endif]>';
    const result = await html(
      `<html><head>${CSS}</head><body>${mso}${others}${shown}<i class="a">i</i></body></html>`,
    );
    expect(result).toContain(`${mso}${others}${shown}<i class="a" style="color: red;margin: 0;">i</i>`);
  });

  it.each([
    '<title><![if x]>{{v}}</title>',
    '<textarea><![endif]></textarea>',
    '<select><option><![if x]></select>',
  ])('leaves no token where such comments mean nothing: %s', async source => {
    expect(await html(`${CSS}${source}`, { v: 1 })).not.toContain('\ue000');
  });

  it('keeps a fragment a fragment, and one without a style sheet as it is', async () => {
    expect(await html(`${CSS}<p class="a">x</p>`)).toBe(
      `${CSS}<p class="a" style="color: red;margin: 0;">x</p>`,
    );
    const odd = '<P CLASS=a>&euro;<br/>';
    expect(await html(odd)).toBe(odd);
  });

  it('lets a style attribute win over the style sheet', async () => {
    expect(await html('<style>p{color:red}</style><p style="color:blue">x</p>')).toContain(
      '<p style="color: blue">',
    );
  });

  it('makes the text part of the page as it was, and inlines no text or subject', async () => {
    const mail = await fixture.mail(
      { 't/html.hbs': `${CSS}<p class="a">Hello {{name}}</p>`, 't/subject.hbs': '{{name}} <style>' },
      { name: 'Ann & Bob' },
      { inlineCss: true },
    );
    expect(mail).toMatchObject({ subject: 'Ann & Bob <style>', text: 'Hello Ann & Bob' });
  });

  it('does its work on the built-in mails, and nothing is lost of them', async () => {
    const context = {
      title: 'T',
      lines: ['a < b'],
      action: { label: 'Go', url: 'https://x.example/?a=1&b=2' },
    };
    const [plain, inlining] = [await fixture.create(), await fixture.create({ inlineCss: true })];
    const [before, after] = [
      await plain.render('notification', context),
      await inlining.render('notification', context),
    ];
    expect(after.text).toBe(before.text);
    expect(after.html).toContain('@media (prefers-color-scheme: dark)');
    expect(after.html).toContain('href="https://x.example/?a=1&amp;b=2"');
    expect(after.html?.match(/<!--\[if mso\]>/g)).toEqual(before.html?.match(/<!--\[if mso\]>/g));
    expect(after.html).toContain('a &lt; b');
  });

  it('sets the direction of a mail that is written from right to left', async () => {
    const mail = await fixture.mail(
      { 't/html.hbs': `<html><head>${CSS}</head><body><p class="a">x</p></body></html>` },
      {},
      { inlineCss: true, culture: 'ar' },
    );
    expect(mail.html).toMatch(/^<html dir="rtl">.*<p class="a" style="color: red;margin: 0;">/s);
  });

  it('prints values that look like tokens as they are, and no token is left', async () => {
    const value = '\ue000AAAA.0\ue001 \ue000\ue001 0';
    const result = await html(`${CSS}<p class="a" title="{{v}}">{{v}}</p>{{{v}}}`, { v: value });
    expect(result.split(value)).toHaveLength(4);
    expect(result.match(/\ue000/g)).toHaveLength(6);
  });

  it('prints what a helper of the application renders as values, which it may change', async () => {
    const helpers = {
      loud(this: unknown, options: { fn(context: unknown): string }) {
        return options.fn(this).toUpperCase();
      },
      quiet(this: unknown, options: { data: Record<string, (context: unknown) => string> }) {
        const block = options.data['partial-block']?.(this) ?? '';
        return new Handlebars.SafeString(block.toLowerCase());
      },
    };
    const source = `${CSS}{{#loud}}<b>{{v}}</b>{{/loud}}{{#*inline "frame"}}{{quiet}}{{/inline}}{{#> frame}}<i>{{v}}</i>{{/frame}}`;
    const result = await html(source, { v: 'Ann Lee' }, { helpers });
    expect(result).toContain('<b>ANN LEE</b>');
    expect(result).toContain('<i>ann lee</i>');
    expect(result).not.toContain('\ue000');
  });

  it('gives values that style sheets see their effect', async () => {
    const source = `<style>.x{color:red} a[href^="https"]{margin:0} p{padding:{{size}} }</style>
<p class="{{name}}">p</p><a href="{{url}}">a</a>{{#if style}}<i style="{{style}}">i</i>{{/if}}`;
    const renderer = await fixture.renderer(
      { 't/subject.hbs': 's', 't/html.hbs': source },
      { inlineCss: true },
    );
    const of = async (context: object): Promise<string> => (await renderer.render('t', context)).html ?? '';
    for (let turn = 0; turn < 2; turn++) {
      const first = await of({ name: 'x', url: 'https://a.example', size: '1px', style: 'top:0' });
      expect(first).toContain('<p class="x" style="padding: 1px;color: red;">');
      expect(first).toContain('<a href="https://a.example" style="margin: 0;">');
      const second = await of({ name: 'y', url: 'http://a.example', size: '2px', style: '' });
      expect(second).toContain('<p class="y" style="padding: 2px;">');
      expect(second).toContain('<a href="http://a.example">');
    }
  });

  it('fetches nothing from the network and reads no file', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('p { color: red }'));
    server.on('connection', () => connections++);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.css`;
    const file = fixture.directory().write('secret.css', 'p { color: red }');
    try {
      const links = [address, file, `file://${file}`, 'secret.css'].map(
        href => `<link rel="stylesheet" href="${href}">`,
      );
      const page = `<html><head>${links.join('')}<style>@import url(${address}); @import "${file}"; b{top:0}</style></head><body><p>x</p></body></html>`;
      const result = await html(page);
      expect(result).toContain('<p>x</p>');
      for (const link of links) expect(result).toContain(link);
      await delay(200);
      expect(connections).toBe(0);
    } finally {
      server.close();
    }
  });
});

describe('What the inliner cannot read', () => {
  it.each([
    ['<style>\np { color: red\n</style>', 2, 3],
    ['<p>x</p>\n<p style="color red">x</p>', 2, 11],
    ['<style>{{#each a}}{{this}}{{/each}}</style><style>p } </style>', 1, 53],
  ])('stops the start, and its file and place are named: %j', async (source, line, column) => {
    const directory = fixture.directory({ 't/subject.hbs': 's', 't/html.hbs': source });
    const options = { directories: [directory.path] };
    const error = await failure(fixture.create({ ...options, inlineCss: true }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATESYNTAX', template: 't', part: 'html', line, column });
    expect(error.message).toContain(`t/html.hbs holds CSS that cannot be inlined, at line ${line}`);
    expect((await fixture.create(options)).templates).toContain('t');
  });

  it('is an error of the mail when it comes out of the context, and is not repeated', async () => {
    const secret = 'S3cr3t-T0ken';
    const error = await failure(
      html('<style>p{top:0}</style><p style="color {{v}}">x</p>'.replace('color', 'x:y; z'), { v: secret }),
    );
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEINLINE', template: 't', part: 'html', culture: 'en' });
    expect(everythingOf(error)).not.toContain(secret);
  });
});

describe('What the inliner keeps', () => {
  it('is one page for all values, and never more than a hundred pages', async () => {
    const inliner = await CssInliner.load();
    const { tokens } = inliner;
    const page = (text: string, value: string): string => {
      const printed = tokens.collect(
        () => `<style>p{top:0}</style>${text}<p title="${tokens.print(value)}">x</p>`,
      );
      return inliner.inline(printed.text, printed.values);
    };
    for (let index = 0; index < 50; index++) expect(page('', `v${index}`)).toContain(`title="v${index}"`);
    expect(inliner.kept).toBe(1);
    for (let index = 0; index < 300; index++) expect(page(`${index}`, 'v')).toContain(`${index}<p`);
    expect(inliner.kept).toBe(100);
    page('x'.repeat(600_000), 'v');
    expect(inliner.kept).toBe(100);
    inliner.clear();
    expect(inliner.kept).toBe(0);
  });

  it('is made anew when a watched template changes', async () => {
    const directory = fixture.directory({
      't/subject.hbs': 's',
      't/html.hbs': '<style>p{top:0}</style><p>x</p>',
    });
    const renderer = await fixture.create({ directories: [directory.path], inlineCss: true, watch: true });
    expect((await renderer.render('t', {})).html).toContain('top: 0');
    directory.write('t/html.hbs', '<style>p{top:1px}</style><p>x</p>');
    while (!(await renderer.render('t', {})).html?.includes('top: 1px')) await delay(10);
    directory.write('t/html.hbs', '<style>p{top:2px</style><p>x</p>');
    while (!fixture.lines.some(line => line.startsWith('error '))) await delay(10);
    expect(fixture.lines.join('\n')).toContain('holds CSS that cannot be inlined');
    expect((await renderer.render('t', {})).html).toContain('top: 1px');
  });
});
