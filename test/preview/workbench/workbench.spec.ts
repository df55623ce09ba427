import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TemplateWorkbench } from '../../../lib/preview/workbench/template-workbench.js';
import type { WorkbenchOptions } from '../../../lib/preview/workbench/template-workbench.js';
import type { Files } from '../../core/templates/template-fixture.js';
import { TemplateFixture } from '../../core/templates/template-fixture.js';

const fixture = new TemplateFixture();
const opened: TemplateWorkbench[] = [];
afterEach(async () => {
  for (const workbench of opened.splice(0)) await workbench.close();
  await fixture.clean();
});

/** A workbench over one directory with these files. */
function openOver(files: Files, options: WorkbenchOptions['templates'] = {}): TemplateWorkbench {
  return open({ templates: { directories: [fixture.directory(files).path], ...options } });
}

function open(options: WorkbenchOptions = {}): TemplateWorkbench {
  const made = TemplateWorkbench.open(options);
  opened.push(made);
  return made;
}

const welcome = {
  'welcome/subject.en.hbs': 'Welcome {{name}}',
  'welcome/html.en.hbs': '{{#> layouts/page}}<p>Hello {{name}}</p>{{> sign}}{{/layouts/page}}',
  'welcome/text.en.hbs': 'Hello {{name}}',
  'welcome/samples.json': '{ "default": { "name": "Ann" }, "long name": { "name": "Maximiliana" } }',
  'layouts/page.html.hbs': '<body>{{> @partial-block}}</body>',
  'partials/sign.html.hbs': '<p>Bye</p>',
};

describe('The workbench lists', () => {
  it('templates, layouts and partials with their parts and cultures, the application’s own first', () => {
    const workbench = openOver({ ...welcome, 'welcome/text.fr_CA.hbs': 'Bonjour' });
    const own = workbench.listings.filter(({ owner }) => owner === 'app');
    expect(workbench.listings.slice(0, own.length)).toEqual(own);
    expect(own.map(({ kind, name, parts, cultures }) => ({ kind, name, parts, cultures }))).toEqual([
      { kind: 'layout', name: 'layouts/page', parts: ['html'], cultures: [] },
      { kind: 'partial', name: 'sign', parts: ['html'], cultures: [] },
      { kind: 'template', name: 'welcome', parts: ['subject', 'html', 'text'], cultures: ['en', 'fr-CA'] },
    ]);
    expect(workbench.find('template', 'reset-password')).toMatchObject({
      owner: 'built-in',
      cultures: ['de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'],
    });
    expect(workbench.find('layout', 'layouts/mail')?.owner).toBe('built-in');
  });

  it('a built-in template of which one part is the application’s as its own, with the file that is hidden', () => {
    const workbench = openOver({ 'reset-password/subject.fr.hbs': 'Bonjour' });
    const listing = workbench.find('template', 'reset-password');
    expect(listing?.owner).toBe('app');
    const french = listing?.files.filter(({ part, culture }) => part === 'subject' && culture === 'fr');
    expect(french?.map(({ owner, hidden }) => ({ owner, hidden }))).toEqual([
      { owner: 'app', hidden: false },
      { owner: 'built-in', hidden: true },
    ]);
  });

  it('what is probably misnamed', () => {
    const workbench = openOver({ 'welcome/body.en.hbs': 'x' });
    expect(workbench.ignored.map(file => file.split('/').slice(-2).join('/'))).toEqual([
      'welcome/body.en.hbs',
    ]);
  });

  it('which templates use a partial or a layout', () => {
    const workbench = openOver(welcome);
    const [layout, partial] = [workbench.find('layout', 'layouts/page'), workbench.find('partial', 'sign')];
    if (!layout || !partial) throw new Error('not listed');
    expect(workbench.usersOf(layout).map(({ name }) => name)).toEqual(['welcome']);
    expect(workbench.usersOf(partial).map(({ name }) => name)).toEqual(['welcome']);
  });
});

describe('The workbench renders', () => {
  it('a template with its first sample, another one, or a context in its place', async () => {
    const workbench = openOver(welcome);
    const first = await workbench.preview({ kind: 'template', name: 'welcome' });
    expect(first).toMatchObject({ sample: 'default', samples: ['default', 'long name'], problems: [] });
    expect(first.rendered).toEqual({
      subject: 'Welcome Ann',
      html: '<body><p>Hello Ann</p><p>Bye</p></body>',
      text: 'Hello Ann',
      culture: 'en',
    });
    const long = await workbench.preview({ kind: 'template', name: 'welcome', sample: 'long name' });
    expect(long.rendered?.subject).toBe('Welcome Maximiliana');
    const own = await workbench.preview({ kind: 'template', name: 'welcome', context: { name: 'Bob' } });
    expect(own).toMatchObject({ rendered: { subject: 'Welcome Bob' }, context: { name: 'Bob' } });
    expect(own.sample).toBeUndefined();
  });

  it('as the application would: with its helpers, brand, time zone and default culture', async () => {
    const directory = fixture.directory({
      't/subject.fr.hbs': '{{shout @brand.applicationName}}',
      't/text.fr.hbs': '{{formatDate at timeStyle="short"}}',
      't/samples.json': '{ "default": { "at": "2030-01-31T12:00:00Z" } }',
    });
    const workbench = open({
      templates: {
        directories: [directory.path],
        defaultCulture: 'fr',
        timeZone: 'Asia/Tokyo',
        helpers: { shout: (text: string) => text.toUpperCase() },
      },
      brand: { applicationName: 'Contoso' },
    });
    const { rendered, culture } = await workbench.preview({ kind: 'template', name: 't' });
    expect({ rendered, culture }).toEqual({
      rendered: { subject: 'CONTOSO', text: '21:00', culture: 'fr' },
      culture: 'fr',
    });
  });

  it('every built-in template with every sample in every culture', async () => {
    const workbench = open();
    const previewed: string[] = [];
    for (const listing of workbench.listings.filter(({ kind }) => kind === 'template')) {
      const { samples, file } = await workbench.samples(listing);
      expect(file).toMatch(/samples\.json$/);
      for (const sample of samples.keys()) {
        for (const culture of listing.cultures) {
          const result = await workbench.preview({ kind: 'template', name: listing.name, sample, culture });
          expect(result).toMatchObject({ problems: [], rendered: { culture } });
          previewed.push(`${listing.name} ${culture}`);
        }
      }
    }
    expect(new Set(previewed).size).toBe(81);
  });

  it('a layout around a placeholder, with a sample of its own where there is one', async () => {
    const workbench = openOver({
      ...welcome,
      'layouts/card.html.hbs': '<h1>{{title}}</h1>{{> @partial-block}}',
    });
    const page = await workbench.preview({ kind: 'layout', name: 'layouts/page' });
    expect(page.rendered?.html).toMatch(/^<body>\s*<p.*content of a mail.*<\/p>\s*<\/body>/s);
    expect(page.problems).toEqual([]);
    const builtIn = await workbench.preview({ kind: 'layout', name: 'layouts/mail' });
    expect(builtIn).toMatchObject({ sample: 'default', problems: [] });
    expect(builtIn.rendered?.html).toContain('The title of a mail');
    expect(builtIn.rendered?.text).toContain('content of a mail');
    const lacking = await workbench.preview({ kind: 'layout', name: 'layouts/card' });
    expect(lacking.problems).toMatchObject([
      { missing: 'title', message: expect.stringContaining('Template "layouts/card" (html, en)') },
    ]);
    expect(lacking.draft?.html).toContain('<h1>[title]</h1>');
  });

  it('and says for each part which file it came from, and which layouts and partials that uses', async () => {
    const { files } = await openOver(welcome).preview({ kind: 'template', name: 'welcome' });
    const names = Object.fromEntries(
      Object.entries(files).map(([part, used]) => [part, used.map(({ name }) => name)]),
    );
    expect(names).toEqual({
      subject: ['welcome'],
      html: ['welcome', 'layouts/page', 'sign'],
      text: ['welcome'],
    });
  });
});

describe('The workbench tells', () => {
  it('of a syntax error with file, line, column and excerpt, and shows everything else', async () => {
    const workbench = openOver({
      ...welcome,
      'broken/text.hbs': 'one\ntwo\n{{#if x}\nfour',
      'broken/subject.hbs': 's',
    });
    const [problem] = workbench.problems;
    expect(problem).toMatchObject({ kind: 'template', code: 'EMAILTEMPLATESYNTAX', line: 3, column: 8 });
    expect(problem?.file).toMatch(/broken\/text\.hbs$/);
    expect(problem?.excerpt).toEqual([
      { line: 1, text: 'one', marked: false },
      { line: 2, text: 'two', marked: false },
      { line: 3, text: '{{#if x}', marked: true },
      { line: 4, text: 'four', marked: false },
    ]);
    expect(workbench.find('template', 'broken')?.files.map(file => file.problem?.line)).toEqual([
      undefined,
      3,
    ]);
    expect((await workbench.preview({ kind: 'template', name: 'broken' })).problems).toEqual([problem]);
    expect((await workbench.preview({ kind: 'template', name: 'welcome' })).rendered?.subject).toBe(
      'Welcome Ann',
    );
  });

  it('of a fault that only compiling finds', async () => {
    const workbench = openOver({ 't/subject.hbs': 's', 't/text.hbs': 'x\n{{> a b c}}' });
    const { problems, rendered } = await workbench.preview({ kind: 'template', name: 't' });
    expect(problems).toMatchObject([{ code: 'EMAILTEMPLATESYNTAX', line: 2 }]);
    expect(rendered).toBeUndefined();
  });

  it('of every missing variable at once, and shows the mail with stand-ins for them', async () => {
    const workbench = openOver({
      't/subject.hbs': '{{title}}',
      't/html.hbs': '<p>{{user.name}}\n{{link resetUrl}}\n{{formatDate expiresAt}}</p>',
    });
    const result = await workbench.preview({ kind: 'template', name: 't' });
    expect(result.problems.map(({ code, missing, line }) => ({ code, missing, line }))).toEqual(
      [
        ['title', 1],
        ['user.name', 1],
        ['resetUrl', 2],
        ['expiresAt', 3],
      ].map(([missing, line]) => ({ code: 'EMAILTEMPLATEVARIABLE', missing, line })),
    );
    expect(result.rendered).toBeUndefined();
    expect(result.draft?.html).toContain('[user.name]\nhttps://example.com/resetUrl\n');
    expect(result.draftContext).toMatchObject({ title: '[title]', user: { name: '[user.name]' } });
    expect(result.context).toEqual({});
  });

  it('of a missing partial, a missing helper, a helper that throws, and a variable that cannot be stood in for', async () => {
    const workbench = openOver({
      'a/subject.hbs': 's',
      'a/text.hbs': '\n{{> gone}}',
      'b/subject.hbs': 's',
      'b/text.hbs': '{{gone 1}}',
      'c/subject.hbs': 's',
      'c/text.hbs': '{{link "javascript:1"}}',
      'd/subject.hbs': 's',
      'd/text.hbs': '{{#with a}}{{b}}{{/with}}',
      'd/samples.json': '{ "default": { "a": { "c": 1 } } }',
    });
    const problems = async (name: string): Promise<unknown[]> => {
      const result = await workbench.preview({ kind: 'template', name });
      return result.problems.map(({ code, missing, line }) => [code, missing, line]);
    };
    expect(await problems('a')).toEqual([['EMAILTEMPLATEPARTIAL', 'gone', 2]]);
    expect(await problems('b')).toEqual([['EMAILTEMPLATEHELPER', 'gone', 1]]);
    expect(await problems('c')).toEqual([['EMAILTEMPLATEHELPER', undefined, 1]]);
    expect((await problems('d'))[0]).toEqual(['EMAILTEMPLATEVARIABLE', 'b', 1]);
  });

  it('of a culture that does not exist, and which do', async () => {
    const workbench = openOver({ ...welcome, 'welcome/subject.fr.hbs': 'Bienvenue {{name}}' });
    const german = await workbench.preview({ kind: 'template', name: 'welcome', culture: 'de' });
    expect(german.problems.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'culture: There is no template "welcome" in de; it exists in en and fr. A mail in de is sent in en.',
    ]);
    expect(german.rendered?.subject).toBe('Welcome Ann');
    const french = await workbench.preview({ kind: 'template', name: 'welcome', culture: 'fr_CA' });
    expect(french.problems.map(({ part, message }) => `${part}: ${message.split(';')[0]}`)).toEqual([
      'html: The html of "welcome" does not exist in fr-CA',
      'text: The text of "welcome" does not exist in fr-CA',
    ]);
    const none = await workbench.preview({ kind: 'template', name: 'welcome', culture: '../en' });
    expect(none.problems).toMatchObject([{ code: 'EMAILTEMPLATENAME' }]);
    expect(
      (await workbench.preview({ kind: 'template', name: 'welcome', culture: 'en-GB' })).problems,
    ).toEqual([]);
  });

  it('of a template that exists neither in the wanted culture nor in the default one, and where it does', async () => {
    const workbench = openOver({ 't/subject.fr.hbs': 's', 't/text.fr.hbs': 't' });
    const { problems } = await workbench.preview({ kind: 'template', name: 't', culture: 'de' });
    expect(problems).toMatchObject([
      { code: 'EMAILTEMPLATENOTFOUND' },
      {
        kind: 'culture',
        message: 'There is no template "t" in de, nor in the default culture; it exists in fr.',
      },
    ]);
  });

  it('of a template, a sample and a name that do not exist', async () => {
    const workbench = openOver(welcome);
    expect((await workbench.preview({ kind: 'template', name: 'wellcome' })).problems).toMatchObject([
      { code: 'EMAILTEMPLATENOTFOUND' },
    ]);
    expect((await workbench.preview({ kind: 'template', name: '../welcome' })).problems).toMatchObject([
      { code: 'EMAILTEMPLATENAME' },
    ]);
    const [problem] = (await workbench.preview({ kind: 'template', name: 'welcome', sample: 'x' })).problems;
    expect(problem?.message).toMatch(/no sample "x" in .*samples\.json; it has "default" and "long name"\./);
  });

  it('of a name that leads out of the directories, without looking for samples there', async () => {
    const directory = fixture.directory({
      'outside/samples.mjs': 'throw new Error("This must not run.")',
      'templates/t/text.hbs': 't',
    });
    const workbench = open({ templates: { directories: [`${directory.path}/templates`] } });
    const { problems, samplesFile } = await workbench.preview({ kind: 'template', name: '../outside' });
    expect(samplesFile).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'EMAILTEMPLATENAME' }]);
  });

  it('of a directory that is missing, as the application does', () => {
    expect(() => open({ templates: { directories: ['/no/such/directory'] } })).toThrow(
      'The template directory /no/such/directory does not exist.',
    );
  });
});

describe('The workbench reads again', () => {
  it('when a template, partial, sample or image changes, and goes on after a syntax error', async () => {
    const directory = fixture.directory(welcome);
    const workbench = open({ templates: { directories: [directory.path] } });
    const heard = new EventEmitter();
    const stop = workbench.watch(() => void heard.emit('changed'));
    const subject = async (): Promise<string | undefined> =>
      (await workbench.preview({ kind: 'template', name: 'welcome' })).rendered?.subject;
    const until = async (wanted: string | undefined): Promise<void> => {
      while ((await subject()) !== wanted) await delay(10);
    };
    directory.write('welcome/subject.en.hbs', 'Hi {{name}}');
    await until('Hi Ann');
    directory.write('welcome/subject.en.hbs', 'Hi {{#if}');
    await until(undefined);
    expect(workbench.problems).toMatchObject([{ code: 'EMAILTEMPLATESYNTAX' }]);
    directory.write('welcome/subject.en.hbs', 'Ho {{name}}');
    await until('Ho Ann');
    expect(workbench.problems).toEqual([]);
    directory.write('welcome/samples.json', '{ "default": { "name": "Eve" } }');
    await until('Ho Eve');
    const changed = once(heard, 'changed');
    directory.write('welcome/logo.png', 'x');
    await changed;
    stop();
    expect(await subject()).toBe('Ho Eve');
  });

  it('and keeps what it had when the directory is gone', async () => {
    const directory = fixture.directory(welcome);
    const workbench = open({ templates: { directories: [directory.path] } });
    workbench.watch(() => {});
    directory.remove();
    while (workbench.problems.length === 0) await delay(10);
    expect(workbench.problems[0]?.message).toContain('does not exist');
    expect(workbench.find('template', 'welcome')?.owner).toBe('app');
  });

  it('five hundred templates without parsing again what has not changed', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        [`t${index}/subject.en.hbs`, 'Subject {{name}}'],
        [`t${index}/html.en.hbs`, `<p>Hello {{name}}, ${index}</p>`],
      ]).flat(),
    );
    const workbench = openOver(files);
    expect(
      workbench.listings.filter(({ owner, kind }) => owner === 'app' && kind === 'template'),
    ).toHaveLength(500);
    const { rendered } = await workbench.preview({
      kind: 'template',
      name: 't499',
      context: { name: 'Ann' },
    });
    expect(rendered?.html).toBe('<p>Hello Ann, 499</p>');
  });
});
