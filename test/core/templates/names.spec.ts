import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('The name of a template', () => {
  it.each([
    '../x',
    '..',
    '.',
    '',
    '/',
    '/etc/passwd',
    '//server/share',
    'C:\\x',
    'C:/x',
    'a\\..\\b',
    '..\\x',
    'a/../../b',
    'a/../b',
    'a/./b',
    'a//b',
    'a/',
    '/a',
    'a/..',
    '.hidden',
    'a/.hidden',
    'a.',
    'a..b',
    'a\0b',
    'a\nb',
    'a\u202eb',
    '%2e%2e/x',
    'file:///etc/passwd',
    '~/x',
    'layouts/x',
    'layouts',
    'partials/x',
    'x'.repeat(201),
    'x/'.repeat(5000),
  ])('is no path: %j is refused', async name => {
    const renderer = await fixture.renderer({
      'layouts/x.html.hbs': 'x',
      'a/b/subject.hbs': 'x',
      'b/text.hbs': 'x',
    });
    const error = await failure(renderer.render(name, {}));
    expect(error.code).toBe('EMAILTEMPLATENAME');
    expect(error.searched).toEqual([]);
    expect(error.message.length).toBeLessThan(300);
    expect(error.message).not.toMatch(/[\0\n\u202e]/);
  });

  it('never reaches a template beside the directories', async () => {
    const { path } = fixture.directory({
      'in/t/text.hbs': 'in',
      'out/text.hbs': 'out',
      'out/subject.hbs': 'out',
    });
    const renderer = await fixture.create({ directories: [join(path, 'in')] });
    for (const name of ['../out', join(path, 'out'), `../../${basename(path)}/out`, 't/../../out'])
      expect((await failure(renderer.render(name, {}))).code).toBe('EMAILTEMPLATENAME');
  });

  it('must be a text', async () => {
    const renderer = await fixture.create();
    const values: unknown[] = [undefined, null, 7, {}, ['notification']];
    for (const value of values) {
      const error = await failure(Reflect.apply(renderer.render, renderer, [value, {}]));
      expect(error.code).toBe('EMAILTEMPLATENAME');
    }
  });

  it.each(['constructor', '__proto__', 'toString', 'a/constructor'])(
    'may be %s and is then not found',
    async name => {
      const renderer = await fixture.create();
      expect((await failure(renderer.render(name, {}))).code).toBe('EMAILTEMPLATENOTFOUND');
    },
  );

  it.each(['Été', 'with space', 'v1.2', 'under_score', '日本'])('may be %j', async name => {
    const renderer = await fixture.renderer({ [`${name}/subject.hbs`]: 's', [`${name}/text.hbs`]: name });
    expect((await renderer.render(name, {})).text).toBe(name);
  });

  it('is not read from disk at render time: a file that comes later is not found', async () => {
    const directory = fixture.directory({ 't/subject.hbs': 's', 't/text.hbs': 'x' });
    const renderer = await fixture.create({ directories: [directory.path] });
    writeFileSync(join(dirname(directory.write('late/subject.hbs', 's')), 'text.hbs'), 'x');
    expect((await failure(renderer.render('late', {}))).code).toBe('EMAILTEMPLATENOTFOUND');
  });
});
