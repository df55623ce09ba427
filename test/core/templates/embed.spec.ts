import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { joinLanguages } from '../../../lib/core/templates/rendering/join-languages.js';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const SUBJECT = { 't/subject.hbs': 's' };
const IMAGE = '<img src="{{embed "logo.png"}}" alt="Logo">';

/** What the images of a mail hold. */
const contents = (mail: RenderedMail): string[] =>
  (mail.attachments ?? []).map(({ content }) => String(content));

describe('The helper embed', () => {
  it('puts the address of an image of the template’s folder into the HTML, and the image beside it', async () => {
    const mail = await fixture.mail({ 't/html.hbs': IMAGE, 't/logo.png': 'PNG' }, {});
    expect(mail.attachments).toEqual([
      {
        filename: 'logo.png',
        contentType: 'image/png',
        content: Buffer.from('PNG'),
        cid: expect.stringMatching(/^[0-9a-f]{32}@embedded\.mailroom$/),
      },
    ]);
    expect(mail.html).toBe(`<img src="cid:${mail.attachments?.[0]?.cid}" alt="Logo">`);
    expect(mail.text).not.toContain('cid:');
  });

  it('leaves a mail without images as it was', async () => {
    expect(await fixture.mail({ 't/html.hbs': '<p>x</p>', 't/logo.png': 'PNG' }, {})).not.toHaveProperty(
      'attachments',
    );
  });

  it('attaches one image once, however often and under how many names it is shown', async () => {
    const mail = await fixture.mail(
      {
        't/html.hbs': `${IMAGE}{{#each names}}<img src="{{embed this}}" alt="">{{/each}}`,
        't/logo.png': 'PNG',
        't/copy.png': 'PNG',
        't/other.gif': 'GIF',
      },
      { names: ['logo.png', 'copy.png', 'other.gif'] },
    );
    expect(contents(mail)).toEqual(['PNG', 'GIF']);
    expect(new Set([...(mail.html ?? '').matchAll(/cid:([^"]+)/g)].map(([, cid]) => cid))).toEqual(
      new Set(mail.attachments?.map(({ cid }) => cid)),
    );
  });

  it('gives the same content the same address in every mail, renderer and process', async () => {
    const files = { 't/html.hbs': IMAGE, 't/logo.png': 'PNG' };
    const [first, second] = [await fixture.mail(files, {}), await fixture.mail(files, {})];
    expect(first.html).toBe(second.html);
    expect((await fixture.mail({ ...files, 't/logo.png': 'PNG2' }, {})).html).not.toBe(first.html);
  });

  it.each([
    ['of a template', 't/html.hbs', IMAGE, 't/logo.png'],
    [
      'of a template in folders',
      't/html.hbs',
      '<img src="{{embed "images/logo.png"}}">',
      't/images/logo.png',
    ],
    ['at the root of the directory', 't/html.hbs', IMAGE, 'logo.png'],
    ['of a partial', 'partials/a/logo.html.hbs', IMAGE, 'partials/a/logo.png'],
    ['of a partial, at the root', 'partials/a/logo.html.hbs', IMAGE, 'logo.png'],
    ['of a layout', 'layouts/page.html.hbs', `${IMAGE}{{> @partial-block}}`, 'layouts/logo.png'],
  ])('finds the image %s', async (_what, file, source, image) => {
    const mail = await fixture.mail(
      {
        't/html.hbs': file.startsWith('layouts')
          ? '{{#> layouts/page}}x{{/layouts/page}}'
          : '<p>{{> a/logo}}</p>',
        'partials/a/logo.html.hbs': 'none',
        [file]: source,
        [image]: 'PNG',
      },
      {},
    );
    expect(contents(mail)).toEqual(['PNG']);
  });

  it('means the image beside the file that uses it, also in a block that a layout prints', async () => {
    const mail = await fixture.mail(
      {
        't/html.hbs': `{{#> layouts/page}}${IMAGE}{{/layouts/page}}`,
        'layouts/page.html.hbs': `${IMAGE}{{> @partial-block}}`,
        'layouts/logo.png': 'of the layout',
        't/logo.png': 'of the template',
      },
      {},
    );
    expect(contents(mail)).toEqual(['of the layout', 'of the template']);
  });

  it('searches the directories in order, as for templates', async () => {
    const base = fixture.directory({
      ...SUBJECT,
      't/html.hbs': '<img src="{{embed "a.png"}}"><img src="{{embed "b.png"}}">',
      't/a.png': 'base a',
      't/b.png': 'base b',
    });
    const brand = fixture.directory({ 't/a.png': 'brand a', 'b.png': 'at the root' });
    const renderer = await fixture.create({ directories: [brand.path, base.path] });
    expect(contents(await renderer.render('t', {}))).toEqual(['brand a', 'base b']);
  });

  it('says of an image that is not there in which line it is used and where it was looked for', async () => {
    const directory = fixture.directory({ ...SUBJECT, 't/html.hbs': `<p>x</p>\n${IMAGE}` });
    const renderer = await fixture.create({ directories: [directory.path] });
    const error = await failure(renderer.render('t', {}));
    const searched = ['t/logo.png', 'logo.png'].map(path => join(directory.path, path));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEHELPER',
      template: 't',
      part: 'html',
      file: join(directory.path, 't/html.hbs'),
      line: 2,
      missing: 'logo.png',
      searched: expect.arrayContaining(searched),
    });
    expect(error.message).toContain(`embed finds no image "logo.png". Looked for: (${error.file}:2)`);
    for (const path of searched) expect(error.message).toContain(path);
    expect(fixture.lines.join('\n')).toContain(`warn ${error.file}:2: embed finds no image "logo.png"`);
  });

  it.each([
    '../secret.png',
    '..',
    'a/../../secret.png',
    '/etc/logo.png',
    'a\\..\\secret.png',
    './logo.png',
    '.hidden.png',
    'logo.png/',
    'a//logo.png',
    'logo\u0000.png',
    'C:logo.png',
    `${'x'.repeat(300)}.png`,
    '',
  ])('refuses %j, which is no name below the folder, and does not repeat it', async name => {
    const error = await failure(
      fixture.mail({ 't/html.hbs': '<img src="{{embed name}}">', 't/logo.png': 'PNG' }, { name }),
    );
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain('embed takes the name of an image');
    if (name.length > 2) expect(error.message).not.toContain(name);
  });

  it.each(['html.hbs', 'samples.json', 'logo'])('attaches nothing but images: %s', async name => {
    const error = await failure(
      fixture.mail({ 't/html.hbs': '<img src="{{embed name}}">', 't/logo': 'x' }, { name }),
    );
    expect(error.message).toContain('embed takes images only: png, jpg');
  });

  it.each(['{{embed}}', '{{embed "a.png" "b.png"}}', '{{embed 5}}', '{{embed null}}'])(
    'takes exactly one name: %s',
    async source => {
      const error = await failure(fixture.mail({ 't/html.hbs': source, 't/a.png': 'x' }, {}));
      expect(error.message).toMatch(/embed takes (?:one|the) name/);
    },
  );

  it('refuses a folder of that name', async () => {
    const error = await failure(fixture.mail({ 't/html.hbs': IMAGE, 't/logo.png/x.txt': 'a folder' }, {}));
    expect(error.message).toContain('embed finds no image');
  });

  it('says so when the image cannot be read', async () => {
    const directory = fixture.directory({ ...SUBJECT, 't/html.hbs': IMAGE });
    const image = join(directory.path, 't/logo.png');
    symlinkSync(image, image);
    const renderer = await fixture.create({ directories: [directory.path] });
    const error = await failure(renderer.render('t', {}));
    expect(error.message).toContain(`embed cannot read ${image}: ELOOP`);
  });

  it.each(['subject', 'text'])('has no place in the %s', async part => {
    const error = await failure(
      fixture.mail({ 't/html.hbs': 'x', 't/logo.png': 'PNG', [`t/${part}.hbs`]: '{{embed "logo.png"}}' }, {}),
    );
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', part, line: 1 });
    expect(error.message).toContain(`embed puts images into html parts`);
  });

  it('gives way to a helper of that name of the application', async () => {
    const mail = await fixture.mail({ 't/html.hbs': IMAGE }, {}, { helpers: { embed: () => 'own' } });
    expect(mail.html).toBe('<img src="own" alt="Logo">');
  });

  it('keeps the images of a mail apart from those of one that a helper renders meanwhile', async () => {
    const inner: Promise<RenderedMail>[] = [];
    const directory = fixture.directory({
      ...SUBJECT,
      't/html.hbs': '<img src="{{embed "a.png"}}">{{nest}}<img src="{{embed "b.png"}}">',
      't/a.png': 'a',
      't/b.png': 'b',
      'u/subject.hbs': 's',
      'u/html.hbs': '<img src="{{embed "c.png"}}">',
      'u/c.png': 'c',
    });
    const renderer = await fixture.create({
      directories: [directory.path],
      helpers: {
        nest: () => {
          inner.push(renderer.render('u', {}));
          return '';
        },
      },
    });
    expect(contents(await renderer.render('t', {}))).toEqual(['a', 'b']);
    expect((await Promise.all(inner)).map(contents)).toEqual([['c']]);
  });

  it('carries no image over after a mail that failed', async () => {
    const renderer = await fixture.renderer({
      ...SUBJECT,
      't/html.hbs': `${IMAGE}{{name}}`,
      't/logo.png': 'PNG',
      'u/subject.hbs': 's',
      'u/html.hbs': 'x',
    });
    await failure(renderer.render('t', {}));
    expect(await renderer.render('u', {})).not.toHaveProperty('attachments');
  });

  it('reads an image once, and again after it has changed where templates are watched', async () => {
    const directory = fixture.directory({ ...SUBJECT, 't/html.hbs': IMAGE, 't/logo.png': 'one' });
    const still = await fixture.create({ directories: [directory.path] });
    const watching = await fixture.create({ directories: [directory.path], watch: true });
    const [first] = (await still.render('t', {})).attachments ?? [];
    expect(contents(await watching.render('t', {}))).toEqual(['one']);
    renameSync(directory.write('new.png', 'two'), join(directory.path, 't/logo.png'));
    while (contents(await watching.render('t', {}))[0] !== 'two') await delay(10);
    const [again] = (await still.render('t', {})).attachments ?? [];
    expect(again).toBe(first);
  });

  it('shares an image between the languages of one mail', async () => {
    const renderer = await fixture.renderer({
      ...SUBJECT,
      't/html.en.hbs': `${IMAGE}Hello`,
      't/html.fr.hbs': `${IMAGE}<img src="{{embed "fr.gif"}}" alt="">Bonjour`,
      't/logo.png': 'PNG',
      't/fr.gif': 'GIF',
    });
    const mails = [];
    for (const culture of ['en', 'fr']) mails.push(await renderer.render('t', {}, { culture }));
    const joined = joinLanguages(mails);
    expect(contents(joined)).toEqual(['PNG', 'GIF']);
    expect(joined.html?.match(/cid:/g)).toHaveLength(3);
  });
});
