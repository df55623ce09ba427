import { afterEach, describe, expect, it } from '@jest/globals';
import { sourcesProblems } from '../../../lib/core/templates/files/sources-problems.js';
import type { TemplateOptions } from '../../../lib/core/templates/template-options.js';
import { PNG } from '../../support/images.js';
import type { Files } from './template-fixture.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const PNG_URL = `data:image/png;base64,${PNG.toString('base64')}`;
const RESET = {
  displayName: 'Ann',
  resetUrl: 'https://example.com/r',
  expiresAt: new Date(Date.UTC(2030, 0, 1)),
};

/** What the same files come to as a directory and as texts of code. */
async function bothWays(
  files: Files,
  use: (options: TemplateOptions) => Promise<unknown>,
): Promise<[unknown, unknown]> {
  const directory = fixture.directory(files).path;
  return [await use({ directories: [directory] }), await use({ sources: files })];
}

describe('Templates as texts of code', () => {
  const files: Files = {
    't/subject.hbs': 'Hello {{name}}',
    't/subject.fr-CA.hbs': 'Allô {{name}}',
    't/html.hbs': '\uFEFF{{#> page}}<p style="margin:0">{{> who}}</p>{{/page}}',
    't/html.fr.hbs': '{{#> layouts/page}}<p>{{> people/who}} {{formatNumber 1.5}}</p>{{/layouts/page}}',
    'layouts/page.html.hbs': '<style>p { color: #102030 }</style><h1>{{@culture}}</h1>{{> @partial-block}}',
    'partials/who.html.hbs': '<b>{{name}}</b>',
    'partials/people/who.html.hbs': '<i>{{name}}</i>',
    'reset-password/subject.hbs': 'Our own words for {{displayName}}',
    'provisioning/review/text.hbs': 'Sub-folder',
    'provisioning/review/subject.hbs': 's',
    'languages/ja.json': '{ // comments are fine\n "reset-password": { "title": "タイトル" }, }',
  };

  it.each([
    ['t', { name: 'Ann & Bob' }, 'en'],
    ['t', { name: 'Ann' }, 'fr-CA'],
    ['t', { name: 'Ann' }, 'fr_FR'],
    ['provisioning/review', {}, 'de'],
    ['reset-password', RESET, 'ja'],
    ['reset-password', RESET, 'pl'],
    ['notification', { title: 't', lines: ['l'] }, 'sv'],
  ])('render %s with %j in %s as those of a directory do', async (template, context, culture) => {
    for (const inlineCss of [false, true]) {
      const [disk, code] = await bothWays(files, async options => {
        const renderer = await fixture.create({ ...options, inlineCss, timeZone: 'UTC' });
        return renderer.render(template, context, { culture });
      });
      expect(code).toEqual(disk);
    }
  });

  it('carry images as data URLs, which travel with the mail', async () => {
    const renderer = await fixture.create({
      sources: {
        't/subject.hbs': 's',
        't/html.hbs': '<img src="{{embed "a.png"}}"><img src="{{embed "b.svg"}}">',
        't/a.png': PNG_URL,
        'b.svg': 'data:image/svg+xml,%3Csvg xmlns="é"/%3E',
      },
    });
    const { attachments = [] } = await renderer.render('t', {});
    expect(attachments).toMatchObject([
      { filename: 'a.png', contentType: 'image/png', content: PNG },
      { filename: 'b.svg', contentType: 'image/svg+xml', content: Buffer.from('<svg xmlns="é"/>') },
    ]);
    expect(fixture.lines).toEqual([]);
  });

  it('are searched after the directories and before the built-in ones', async () => {
    const directory = fixture.directory({ 't/subject.hbs': 'of the directory' }).path;
    const renderer = await fixture.create({
      directories: [directory],
      sources: {
        't/subject.hbs': 'of the code',
        't/text.hbs': 'text of the code',
        'password-changed/subject.hbs': 'mine',
      },
    });
    expect(await renderer.render('t', {})).toMatchObject({
      subject: 'of the directory',
      text: 'text of the code',
    });
    expect(renderer.templates).toContain('reset-password');
    const changed = { displayName: 'Ann', changedAt: new Date() };
    expect((await renderer.render('password-changed', changed)).subject).toBe('mine');
    const { searched } = await failure(renderer.render('nope', {}));
    expect(searched).toEqual([
      `${directory}/nope`,
      'sources: nope',
      'nest-mailroom/dist/templates/builtin/nope',
    ]);
  });

  it.each<[string, Files, string]>([
    [
      'a syntax error',
      { 't/text.hbs': 'a\n{{#if x}}' },
      'sources: t/text.hbs is no valid template at line 2',
    ],
    ['a helper that does not exist', { 't/text.hbs': '{{nope 1}}' }, 'which sources: t/text.hbs:1 uses'],
    [
      'a partial that does not exist',
      { 't/text.hbs': '\n{{> nope}}' },
      'sources: t/text.hbs:2 uses the partial "nope"',
    ],
    [
      'a word that no mail uses',
      { 'languages/ja.json': '{\n"x": { "y": "z" } }' },
      'sources: languages/ja.json, line 2',
    ],
    [
      'a language that is none',
      { 'languages/klingonish!.json': '{}' },
      'sources: languages/klingonish!.json is named for no culture',
    ],
  ])('stop the start by %s, and name the place', async (_kind, sources, words) => {
    const error = await failure(fixture.create({ sources }));
    expect(error.message).toContain(words);
  });

  it('name the file and the line where a variable is missing', async () => {
    const renderer = await fixture.create({ sources: { 't/subject.hbs': 's', 't/text.hbs': 'a\n{{name}}' } });
    const error = await failure(renderer.render('t', {}));
    expect(error).toMatchObject({ file: 'sources: t/text.hbs', line: 2, missing: 'name' });
  });

  it('warn at start of files that are misnamed, and of images that are not there', async () => {
    await fixture.create({ sources: { 't/htm.hbs': 'x', 't/html.hbs': '{{embed "x.png"}}' } });
    expect(fixture.lines).toHaveLength(2);
    expect(fixture.lines[0]).toContain('sources: t/htm.hbs is no part of a template and is ignored');
    expect(fixture.lines[1]).toContain('sources: t/html.hbs:1: embed finds no image "x.png"');
    expect(fixture.lines[1]).toContain('run npx nest-mailroom templates bundle again');
    expect(fixture.lines[1]).not.toContain('assets');
  });

  it('warn when they are to be watched and nothing can be', async () => {
    await fixture.create({ sources: { 't/text.hbs': 'x', 't/subject.hbs': 's' }, watch: true });
    expect(fixture.lines).toEqual([
      expect.stringMatching(/^warn templates\.watch sees .* templates\.sources is code/),
    ]);
  });

  it('say of a template that is not there how the module of texts is written again', async () => {
    const { message } = await failure((await fixture.create({ sources: {} })).render('nope', {}));
    expect(message).toContain('npx nest-mailroom templates bundle');
    expect(message).not.toContain('nest-cli.json');
  });

  it('are no names of what every object has', async () => {
    const renderer = await fixture.create({ sources: Object.fromEntries([['__proto__/text.hbs', 'x']]) });
    const error = await failure(renderer.render('constructor', {}));
    expect(error.code).toBe('EMAILTEMPLATENOTFOUND');
  });
});

describe('A directory of templates that is not there', () => {
  it('is said to be left behind by builds and bundlers, with both remedies', async () => {
    const { message } = await failure(fixture.create({ directories: ['/does/not/exist'] }));
    expect(message).toContain('The template directory /does/not/exist does not exist.');
    expect(message).toContain('bundler');
    expect(message).toContain('"assets": [{ "include": "**/*.hbs", "watchAssets": true }]');
    expect(message).toContain('templates.sources');
    expect(message).toContain('npx nest-mailroom templates bundle');
  });
});

describe('The option templates.sources', () => {
  it.each([
    'welcome/html.fr.hbs',
    'layouts/mail.hbs',
    'languages/ar.json',
    'welcome/samples.json',
    'layouts/mail.samples.json',
    'with blank/ünïcode/text.hbs',
    '.hidden/..odd../text.hbs',
  ])('takes %s', path => {
    expect(sourcesProblems({ [path]: '' })).toEqual([]);
  });

  it.each([
    ['', 'has an empty path'],
    ['/welcome/html.hbs', 'is absolute'],
    ['C:/welcome/html.hbs', 'is absolute'],
    ['file:///welcome/html.hbs', 'is absolute'],
    ['../welcome/html.hbs', 'leaves the folder by ".."'],
    ['welcome/../html.hbs', 'leaves the folder by ".."'],
    ['./welcome/html.hbs', 'has a segment "."'],
    ['welcome//html.hbs', 'has an empty segment'],
    ['welcome\\html.hbs', 'holds a backslash'],
    ['..\\html.hbs', 'holds a backslash'],
    ['wel\0come/html.hbs', 'holds a control character'],
    [`${'x'.repeat(2000)}.hbs`, 'has more than 1024 characters'],
    ['welcome/html.handlebars', 'is no file of templates'],
    ['welcome/samples.ts', 'is no file of templates'],
    ['words/ar.json', 'is no file of templates'],
    ['welcome', 'is no file of templates'],
  ])('refuses the path %j', (path, words) => {
    const [problem, ...more] = sourcesProblems({ [path]: 'x' });
    expect(problem?.message).toContain(words);
    expect(problem?.path).not.toMatch(/\0/);
    expect(more).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['t/html.hbs', undefined, 'must be a text, but is undefined'],
    ['t/html.hbs', null, 'must be a text, but is null'],
    ['t/html.hbs', Buffer.from('x'), 'must be a text, but is octets'],
    ['t/html.hbs', ['x'], 'must be a text, but is a list'],
    ['t/html.hbs', { default: 'x' }, 'must be a text, but is an object'],
    ['t/html.hbs', () => 'x', 'must be a text, but is a function'],
    ['t/html.hbs', 'data:text/plain;base64,eA==', 'must be the text of the file, but is a data URL'],
    ['t/html.hbs', 'half \ud83d', 'holds half a character'],
    ['t/a.png', '', 'but is another text'],
    ['t/a.png', '/assets/a.1234.png', 'but is another text'],
    ['t/a.png', 'data:image/png;base64', 'but is one that is cut off, or no base64'],
    ['t/a.png', 'data:image/png;base64,abc', 'but is one that is cut off, or no base64'],
    ['t/a.png', 'data:image/png;base64,ab c', 'but is one that is cut off, or no base64'],
    ['t/a.png', 'data:image/png,%8', 'but is one that is cut off, or no base64'],
    ['t/a.png', 'data:image/png;base64,', 'but is one that holds nothing'],
    ['t/a.png', 'data:image/gif;base64,AAAA', 'but is one of image/gif'],
    ['t/a.png', 'data:,x', 'but is one of no type'],
  ])('refuses for %s the value %p', (path, value, words) => {
    expect(sourcesProblems({ [path]: value })).toEqual([{ path, message: expect.stringContaining(words) }]);
  });

  it('takes image/jpg for image/jpeg, as many tools write it', () => {
    expect(
      sourcesProblems({ 'a.jpg': 'data:image/jpg;base64,AAAA', 'b.JPEG': 'data:image/jpeg;base64,AAAA' }),
    ).toEqual([]);
  });

  it('refuses paths that differ by case or by the form of their letters only', () => {
    const problems = sourcesProblems({
      'Welcome/html.hbs': 'x',
      'welcome/html.hbs': 'x',
      'é/html.hbs': 'x',
      'e\u0301/html.hbs': 'x',
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'is there twice: Welcome/html.hbs differs from it by case only',
      'is there twice: é/html.hbs differs from it by the Unicode form of its letters (NFC, NFD) or their case only',
    ]);
  });

  it('tells ten problems at most, and how many more there are', () => {
    const wrong = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}.txt`, 'x']));
    const problems = sourcesProblems(wrong);
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.message).toBe('has 490 more entries that cannot be used');
  });
});
