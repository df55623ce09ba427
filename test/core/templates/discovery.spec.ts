import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('Finding templates', () => {
  it('a template is a folder and each part is a file in it', async () => {
    const renderer = await fixture.renderer({
      'welcome/subject.en.hbs': 'Welcome {{name}}',
      'welcome/html.en.hbs': '<p>{{name}}</p>',
      'welcome/text.en.hbs': 'Text {{name}}',
    });
    await expect(renderer.render('welcome', { name: 'Ann' })).resolves.toEqual({
      subject: 'Welcome Ann',
      html: '<p>Ann</p>',
      text: 'Text Ann',
      culture: 'en',
    });
  });

  it('names may hold sub-folders', async () => {
    const renderer = await fixture.renderer({
      'provisioning/review-pending/subject.hbs': 'Review',
      'provisioning/review-pending/text.hbs': 'one level',
      'a/b/c/subject.hbs': 'Deep',
      'a/b/c/text.hbs': 'three levels',
    });
    expect((await renderer.render('provisioning/review-pending', {})).text).toBe('one level');
    expect((await renderer.render('a/b/c', {})).text).toBe('three levels');
  });

  it('does not go into links to directories, of which one may lead round and round', async () => {
    const elsewhere = fixture.directory({ 'linked/text.hbs': '' });
    const directory = fixture.directory({ 't/subject.hbs': 'Subject', 't/text.hbs': 'text' });
    symlinkSync('.', join(directory.path, 'round'));
    symlinkSync('..', join(directory.path, 't/back'));
    symlinkSync(join(elsewhere.path, 'linked'), join(directory.path, 'linked'));
    const { templates } = await fixture.create({ directories: [directory.path] });
    expect(templates.filter(name => /round|back|linked/.test(name))).toEqual([]);
    expect(templates).toContain('t');
  });

  it('lists the names of all templates, built-in ones included and shared files not', async () => {
    const renderer = await fixture.renderer({
      'zebra/text.hbs': '',
      'a/b/html.fr.hbs': '',
      'layouts/page.html.hbs': '',
      'partials/x.html.hbs': '',
    });
    expect(renderer.templates).toEqual([
      'a/b',
      'account-locked',
      'credential-changed',
      'invitation',
      'notification',
      'password-changed',
      'password-reset-by-administrator',
      'reset-password',
      'reset-password-one-way',
      'verify-address',
      'zebra',
    ]);
  });

  it('starts without any directory and has the built-in templates', async () => {
    const renderer = await fixture.create();
    const mail = await renderer.render('notification', { title: 'Hi', lines: ['There'] });
    expect(mail.subject).toBe('Hi');
    expect(fixture.lines).toEqual([]);
  });

  it('takes an empty directory', async () => {
    const renderer = await fixture.renderer({});
    expect(renderer.templates).toContain('notification');
    expect(fixture.lines).toEqual([]);
  });

  it('refuses to start with a missing directory, and tells how nest-cli copies templates', async () => {
    const path = join(fixture.directory().path, 'nowhere');
    const error = await failure(fixture.create({ directories: [path] }));
    expect(error.code).toBe('EMAILTEMPLATEDIRECTORY');
    expect(error.message).toContain(path);
    expect(error.message).toMatch(/nest-cli\.json/);
    expect(error.message).toMatch(/"assets"/);
    expect(error.searched).toEqual([path]);
  });

  it('refuses to start with a file in the place of a directory', async () => {
    const file = fixture.directory().write('templates', 'x');
    const error = await failure(fixture.create({ directories: [file] }));
    expect(error.code).toBe('EMAILTEMPLATEDIRECTORY');
    expect(error.message).toContain(`${file} is not a directory`);
  });

  it('names a template file that cannot be read', async () => {
    const directory = fixture.directory();
    mkdirSync(join(directory.path, 't'));
    symlinkSync('/nowhere/at/all', join(directory.path, 't/text.hbs'));
    const error = await failure(fixture.create({ directories: [directory.path] }));
    expect(error.code).toBe('EMAILTEMPLATEDIRECTORY');
    expect(error.message).toContain(join(directory.path, 't/text.hbs'));
  });

  it('resolves a relative directory against the working directory', async () => {
    const { path } = fixture.directory({ 't/subject.hbs': 'S', 't/text.hbs': 'relative' });
    const renderer = await fixture.create({ directories: [relative(process.cwd(), path)] });
    expect((await renderer.render('t', {})).text).toBe('relative');
  });

  it('takes 500 templates', async () => {
    const directory = fixture.directory();
    for (let index = 0; index < 500; index++) {
      directory.write(`many/t${index}/subject.hbs`, `Subject ${index}`);
      directory.write(`many/t${index}/html.hbs`, `<p>{{name}} ${index}</p>`);
    }
    const renderer = await fixture.create({ directories: [directory.path] });
    expect(renderer.templates.filter(name => name.startsWith('many/'))).toHaveLength(500);
    expect(await renderer.render('many/t499', { name: 'Ann' })).toMatchObject({
      subject: 'Subject 499',
      html: '<p>Ann 499</p>',
    });
  });

  it('reads UTF-8 with and without a byte-order mark', async () => {
    const directory = fixture.directory({ 't/subject.hbs': '\uFEFFÉté {{x}}' });
    writeFileSync(join(directory.path, 't/text.hbs'), Buffer.from('été 🙂', 'utf8'));
    const renderer = await fixture.create({ directories: [directory.path] });
    expect(await renderer.render('t', { x: 1 })).toMatchObject({ subject: 'Été 1', text: 'été 🙂' });
  });

  it('warns of .hbs files that are no part of a template, and ignores other files', async () => {
    const directory = fixture.directory({
      't/html.hbs': 'x',
      't/body.en.hbs': 'misnamed',
      'text.hbs': 'in no folder',
      't/html.en-old.hbs': 'no culture',
      'layouts/deep/page.html.hbs': 'layouts have no sub-folders',
      'layouts/page.hbs': 'a layout of no part',
      't/README.md': 'no template',
      't/html.hbs.bak': 'no template',
    });
    await fixture.create({ directories: [directory.path] });
    const named = fixture.lines.map(line =>
      relative(directory.path, line.replace(/^warn | is no part.*$/g, '')),
    );
    expect(named.toSorted()).toEqual([
      'layouts/deep/page.html.hbs',
      'layouts/page.hbs',
      't/body.en.hbs',
      't/html.en-old.hbs',
      'text.hbs',
    ]);
  });
});

describe('A template that is not there', () => {
  it('is an error that names every folder that was tried, in the order of the search, and the files', async () => {
    const one = fixture.directory().path;
    const two = fixture.directory().path;
    const renderer = await fixture.create({ directories: [one, two] });
    const error = await failure(renderer.render('a/b', {}, { culture: 'fr_CA' }));
    expect(error.code).toBe('EMAILTEMPLATENOTFOUND');
    expect(error.template).toBe('a/b');
    expect(error.culture).toBe('fr-CA');
    expect(error.searched.slice(0, 2)).toEqual([join(one, 'a/b'), join(two, 'a/b')]);
    expect(error.searched).toHaveLength(3);
    expect(error.searched[2]).toContain(join('templates', 'builtin', 'a', 'b'));
    for (const path of error.searched) expect(error.message).toContain(path);
    expect(error.message).toContain('subject|html|text[.fr-CA|.fr|.en].hbs');
  });

  it('is an error that tells how to copy templates to dist with nest-cli', async () => {
    const renderer = await fixture.create();
    const { message } = await failure(renderer.render('nope', {}));
    expect(message).toContain('There is no template "nope"');
    expect(message).toContain('"assets": [{ "include": "**/*.hbs", "watchAssets": true }]');
    expect(message).toContain('nest-cli.json');
  });

  it('is an error also when it has neither html nor text, and names what was looked for', async () => {
    const { path } = fixture.directory({ 't/subject.hbs': 'Only a subject' });
    const renderer = await fixture.create({ directories: [path] });
    const error = await failure(renderer.render('t', {}, { culture: 'fr' }));
    expect(error.code).toBe('EMAILTEMPLATEEMPTY');
    expect(error.searched).toContain(join(path, 't'));
    expect(error.message).toContain('Looked for html|text[.fr|.en].hbs');
  });

  it('is an error when it has no subject, and names what was looked for', async () => {
    const { path } = fixture.directory({ 't/text.hbs': 'x' });
    const renderer = await fixture.create({ directories: [path] });
    const error = await failure(renderer.render('t', {}, { culture: 'de' }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATENOTFOUND',
      template: 't',
      part: 'subject',
      culture: 'de',
    });
    expect(error.searched).toContain(join(path, 't'));
    expect(error.message).toContain('Looked for subject[.de|.en].hbs');
  });

  it('is an error when all that it renders to is blank, never an empty mail', async () => {
    const error = await failure(
      fixture.mail({ 't/html.hbs': '{{#if x}}x{{/if}}\n', 't/text.hbs': ' {{x}}\n' }, { x: '' }),
    );
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEEMPTY', template: 't' });
  });
});

describe('An application’s own file beside a built-in one', () => {
  it('counts for every language when it has no culture', async () => {
    const renderer = await fixture.renderer({ 'password-changed/subject.hbs': 'Ours' });
    const context = { displayName: 'Ann', changedAt: new Date() };
    expect((await renderer.render('password-changed', context, { culture: 'fr' })).subject).toBe('Ours');
    expect((await renderer.render('password-changed', context, { culture: 'en' })).subject).toBe('Ours');
  });

  it('does not put its language into a mail of another one', async () => {
    const renderer = await fixture.renderer({ 'password-changed/subject.en.hbs': 'Ours' });
    const context = { displayName: 'Ann', changedAt: new Date() };
    expect((await renderer.render('password-changed', context, { culture: 'fr' })).subject).not.toBe('Ours');
    expect((await renderer.render('password-changed', context, { culture: 'en' })).subject).toBe('Ours');
  });
});

describe('A layout or partial', () => {
  it('is found by its path and by its name', async () => {
    const renderer = await fixture.renderer({
      'layouts/page.text.hbs': '[{{> @partial-block}}]',
      'partials/sign.text.hbs': 'yours',
      'a/subject.hbs': 's',
      'a/text.hbs': '{{#> layouts/page}}{{> sign}}{{/layouts/page}}{{#> page}}{{> partials/sign}}{{/page}}',
    });
    expect((await renderer.render('a', {})).text).toBe('[yours][yours]');
  });
});
