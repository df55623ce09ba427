import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { BUILT_IN_TEXTS } from '../../lib/core/templates/files/built-in-texts.js';
import { sourcesProblems } from '../../lib/core/templates/files/sources-problems.js';
import { createTemplateRenderer } from '../../lib/core/templates/rendering/create-template-renderer.js';
import { DeferredTemplateRenderer } from '../../lib/core/templates/rendering/deferred-template-renderer.js';
import { PNG } from '../support/images.js';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CommandResult } from './command-run.js';
import { runHere } from './command-run.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
  folder.write('mails/welcome/subject.hbs', 'Hi "{{name}}" \\ `${x}` é😀\u2028');
  folder.write('mails/welcome/html.fr.hbs', '\uFEFF<p>\r\n{{embed "logo.png"}}</p>\r\n');
  folder.write('mails/welcome/html.hbs', '<p>{{> who}}</p>');
  folder.write('mails/welcome/samples.json', '{ "default": { "name": "Ann" } }');
  folder.write('mails/welcome/logo.png', PNG);
  folder.write('mails/partials/who.html.hbs', '{{name}}');
  folder.write('mails/languages/ja.json', '{ "reset-password": { "title": "タイトル" } }');
});
afterEach(() => folder.remove());

function bundle(...args: string[]): Promise<CommandResult> {
  return runHere(['templates', 'bundle', ...args], { cwd: folder.path });
}

/** What the built command writes, which is of the release of the built package. */
async function bundleBuilt(...args: string[]): Promise<RunResult> {
  const command = join(process.cwd(), 'dist/cli/main.js');
  return runNode([command, 'templates', 'bundle', ...args], { cwd: folder.path });
}

const read = (file: string): string => readFileSync(join(folder.path, file), 'utf8');

/** What the files come to, however they are written down. */
const SOURCES = {
  'languages/ja.json': '{ "reset-password": { "title": "タイトル" } }',
  'partials/who.html.hbs': '{{name}}',
  'welcome/html.fr.hbs': '<p>\n{{embed "logo.png"}}</p>\n',
  'welcome/html.hbs': '<p>{{> who}}</p>',
  'welcome/logo.png': `data:image/png;base64,${PNG.toString('base64')}`,
  'welcome/samples.json': '{ "default": { "name": "Ann" } }',
  'welcome/subject.hbs': 'Hi "{{name}}" \\ `${x}` é😀\u2028',
};

/** What Handlebars makes other functions of: blocks with parameters, inline partials, `../`, and words of its own code. */
const ODD_BLOCKS =
  '{{#*inline "row"}}{{name}} data }{ "container"{{/inline}}{{#each rows as |row at|}}{{at}} {{row}} {{../name}} {{@index}}{{> row}}{{/each}}{{#if name}}yes{{else}}no{{/if}}{{#with user}}{{> row name=../name}}{{/with}}';

const TO_ES_MODULE = { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 } };

/** What another module sees of a module: its names, by a process of its own. */
async function importedFrom(file: string): Promise<unknown> {
  const url = pathToFileURL(join(folder.path, file)).href;
  const script = `import(${JSON.stringify(url)}).then(m => console.log(JSON.stringify([m.templates, m.default])))`;
  const { stdout, stderr } = await runNode(['-e', script]);
  if (stderr.includes('Error')) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** An application with the templates of a module, as a script that says how much of Handlebars is there. */
function startWith(file: string, options = '{}'): string {
  const built = pathToFileURL(join(process.cwd(), 'dist/index.js')).href;
  const root = pathToFileURL(join(process.cwd(), 'package.json')).href;
  return `
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
const require = createRequire(${JSON.stringify(root)});
const ofRoot = name => import(pathToFileURL(require.resolve(name)).href);
await ofRoot('reflect-metadata');
const { NestFactory } = await ofRoot('@nestjs/core');
const { MailModule, MailService } = await import(${JSON.stringify(built)});
const loaded = () => {
  const paths = Object.keys(require.cache).filter(path => /handlebars/.test(path));
  console.log('Handlebars:', paths.length === 0 ? 'none' : paths.some(path => /compiler/.test(path)) ? 'whole' : 'runtime');
};
const imported = await import('./${file.replace('.ts', '.mjs')}');
const sources = imported.templates;
const settings = { Host: '127.0.0.1', FromAddress: 'no-reply@contoso.com' };
const imports = [MailModule.forRoot(settings, { templates: { sources, ...${options} } })];
const app = await NestFactory.createApplicationContext({ module: class {}, imports }, { logger: ['error', 'warn'] });
loaded();
console.log((await app.get(MailService).render('welcome', { name: 'Ann', displayName: 'Ann' })).subject.slice(0, 8));
loaded();
await app.close();
`;
}

describe('nest-mailroom templates bundle', () => {
  it.each(['templates.mjs', 'templates.js'])('writes %s, a module that Node.js imports', async file => {
    folder.write('package.json', '{ "type": "module" }');
    const { code, stdout, stderr } = await bundle('mails', '-o', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('left out') });
    expect(stdout).toMatch(/^templates\.m?js written: 1 template, 7 files, \d+(?:\.\d)? (?:Ki)?B\.\n$/);
    expect(await importedFrom(file)).toEqual([SOURCES, SOURCES]);
  });

  it('writes CommonJS and JSON by their endings', async () => {
    await bundle('mails', '-o', 'templates.cjs');
    await bundle('mails', '-o', 'out/templates.json');
    const required: unknown = createRequire(join(folder.path, 'x.cjs'))('./templates.cjs');
    expect(required).toEqual({ templates: SOURCES, default: SOURCES });
    expect(JSON.parse(read('out/templates.json'))).toEqual(SOURCES);
    expect(sourcesProblems(SOURCES)).toEqual([]);
  });

  it.each(
    ['templates.ts', 'templates.mts', 'templates.mjs', 'templates.cjs'].flatMap(file => [
      [file, ''],
      [file, ', with what they are compiled to'],
    ]),
  )('writes %s, which compiles as the option sources%s, under strict rules', async (file, compiled) => {
    if (compiled !== '') rmSync(join(folder.path, 'mails/languages'), { recursive: true });
    folder.write('mails/welcome/text.hbs', ODD_BLOCKS);
    await bundle('mails', '-o', file);
    expect(read(file).includes('":function(')).toBe(compiled !== '');
    const module = file.replace(/\.(m|c)?(?:t|j)s$/, '.$1js');
    folder.write(
      'use.ts',
      `import { templates } from './${module}';\nconst sources: Readonly<Record<string, string>> = templates; void sources;\nconst one: string = templates['welcome/html.hbs']; void one;`,
    );
    const host = ts.createProgram([join(folder.path, 'use.ts'), join(folder.path, file)], {
      strict: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitReturns: true,
      noPropertyAccessFromIndexSignature: true,
      allowJs: true,
      checkJs: true,
      noEmit: true,
      noUncheckedIndexedAccess: true,
      isolatedModules: true,
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: file.endsWith('.cjs') ? ['node'] : [],
      typeRoots: [join(process.cwd(), 'node_modules/@types')],
    });
    const messages = ts
      .getPreEmitDiagnostics(host)
      .map(
        ({ file: at, messageText }) =>
          `${at?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
    expect(messages).toEqual([]);
  });

  it.each(['templates.ts', 'templates.mjs', 'templates.cjs'])(
    'says in %s that a start need not check the templates, nor a mail compile them, where it would have nothing to tell of them',
    async file => {
      const note = '[Symbol.for("nest-mailroom.checked")]: "[';
      await bundleBuilt('mails', '-o', file);
      // A language lacks words, of which each start warns.
      expect(read(file)).not.toContain(note);
      rmSync(join(folder.path, 'mails/languages'), { recursive: true });
      expect(await bundleBuilt('mails', '-o', file)).toMatchObject({ code: 0, stderr: '' });
      expect(read(file)).toContain(note);
      // Types are all that TypeScript has more here.
      if (file.endsWith('.ts'))
        folder.write('templates.mjs', ts.transpileModule(read(file), TO_ES_MODULE).outputText);
      folder.write('app.mjs', startWith(file));
      const { stdout, stderr } = await runNode([join(folder.path, 'app.mjs')]);
      expect({ stdout, stderr }).toEqual({
        stdout: 'Handlebars: none\nHi "Ann"\nHandlebars: runtime\n',
        stderr: '',
      });
    },
  );

  it.each([
    ['a further helper', '{ helpers: { further: () => "" } }'],
    ['values that need not be there', '{ strict: false }'],
  ])(
    'has its templates compiled by an application with %s, for which they would be other code',
    async (_what, options) => {
      rmSync(join(folder.path, 'mails/languages'), { recursive: true });
      await bundleBuilt('mails', '-o', 'templates.mjs');
      folder.write('app.mjs', startWith('templates.mjs', options));
      const { stdout } = await runNode([join(folder.path, 'app.mjs')]);
      expect(stdout).toBe('Handlebars: none\nHi "Ann"\nHandlebars: whole\n');
    },
  );

  it('writes code that runs where Node.js makes none of texts, in further languages after a mail has failed, too', async () => {
    rmSync(join(folder.path, 'mails/languages'), { recursive: true });
    folder.write('mails/welcome/text.hbs', '{{loud name}} {{> words/common/greeting}}');
    await bundleBuilt('mails', '-o', 'templates.mjs', '--helper', 'loud');
    const script = startWith('templates.mjs', '{ helpers: { loud: text => text.toUpperCase() } }');
    const sends = `
for (const [culture, context] of [['en', { displayName: 'Ann' }], ['en', NAMED], ['de', NAMED], ['sv', NAMED]])
  console.log((await app.get(MailService).render('welcome', context, { culture }).catch(error => error.code)).text);
await app.close();`;
    folder.write(
      'app.mjs',
      script.replace('await app.close();', sends.replaceAll('NAMED', "{ name: 'Ann', displayName: 'Ann' }")),
    );
    const { stdout, stderr } = await runNode([
      '--disallow-code-generation-from-strings',
      join(folder.path, 'app.mjs'),
    ]);
    expect({ stdout, stderr }).toEqual({
      stdout:
        'Handlebars: none\nHi "Ann"\nHandlebars: runtime\nundefined\nANN Hello Ann,\nANN Guten Tag Ann,\nANN Hej Ann!\n',
      stderr: '',
    });
  });

  it('does not run code that stands beside a note of other texts', async () => {
    rmSync(join(folder.path, 'mails/languages'), { recursive: true });
    await bundle('mails', '-o', 'old.mjs');
    folder.write('mails/welcome/subject.hbs', 'New {{name}}');
    await bundle('mails', '-o', 'new.mjs');
    const half = (file: string, from: string): string => {
      const text = read(file);
      const at = text.indexOf('[Symbol.for("nest-mailroom.compiled")]');
      return from === 'texts' ? text.slice(0, at) : text.slice(at);
    };
    folder.write('merged.mjs', `${half('new.mjs', 'texts')}${half('old.mjs', 'code')}`);
    const { templates }: { templates: Record<string, string> } = await import(
      pathToFileURL(join(folder.path, 'merged.mjs')).href
    );
    const parts = {
      brand: undefined,
      log: { log() {}, warn() {}, error() {} },
      cultures: [],
      builtIn: undefined,
    };
    const renderer = await createTemplateRenderer({ sources: templates }, parts);
    expect(renderer).toBeInstanceOf(DeferredTemplateRenderer);
    expect((await renderer.render('welcome', { name: 'Ann' })).subject).toBe('New Ann');
  });

  it('writes templates that render as those of the folder do', async () => {
    folder.write('mails/languages/ja.json', BUILT_IN_TEXTS['languages/de.json'] ?? '');
    folder.write('mails/welcome/text.hbs', '{{#each rows}}{{@index}} {{loud this}} {{../name}}\n{{/each}}');
    folder.write('mails/layouts/own.html.hbs', '<main data-x={{name}}>{{> @partial-block}}</main>');
    folder.write(
      'mails/welcome/html.hbs',
      '{{#> layouts/own}}{{> who}} <a href="{{link url}}">{{loud "x"}}</a>{{embed "logo.png"}}\n  {{> who}}{{/layouts/own}}',
    );
    await bundle('mails', '-o', 'templates.mjs', '--helper', 'loud');
    expect(read('templates.mjs')).toContain('[Symbol.for("nest-mailroom.compiled")]');
    const { templates }: { templates: Record<string, string> } = await import(
      pathToFileURL(join(folder.path, 'templates.mjs')).href
    );
    const helpers = { loud: (text: string) => text.toUpperCase() };
    const parts = {
      brand: undefined,
      log: { log() {}, warn() {}, error() {} },
      cultures: [],
      builtIn: undefined,
    };
    const renderers = await Promise.all(
      [
        { directories: [join(folder.path, 'mails')] },
        { sources: templates },
        { sources: Object.fromEntries(Object.entries(templates)) },
      ].map(where => createTemplateRenderer({ ...where, helpers }, parts)),
    );
    expect(renderers.map(one => one instanceof DeferredTemplateRenderer)).toEqual([false, true, false]);
    const welcome = { name: 'A=<b>', url: 'https://contoso.com/?a=1&b=2', rows: ['a', 'b'] };
    const reset = { displayName: 'Ann', resetUrl: 'https://contoso.com/r', expiresAt: '2030-01-31' };
    const mails = await Promise.all(
      renderers.map(async one => [
        await one.render('welcome', welcome),
        await one.render('reset-password', reset, { culture: 'ja' }),
      ]),
    );
    expect(mails[1]).toEqual(mails[0]);
    expect(mails[2]).toEqual(mails[0]);
  });

  it('writes the same whatever the order of the disk, and holds no path of the machine and no date', async () => {
    await bundle('mails', '-o', 'one.ts');
    const first = read('one.ts');
    expect(first).not.toContain(folder.path);
    expect(first).not.toMatch(/20\d\d-/);
    const paths = [...first.matchAll(/^ {2}"([^"]+)":/gm)].map(([, path]) => path);
    expect(paths).toEqual(Object.keys(SOURCES));
    const elsewhere = temporaryDirectory();
    for (const [path, text] of Object.entries(SOURCES).toReversed())
      elsewhere.write(`mails/${path}`, path.endsWith('.png') ? PNG : text);
    await runHere(['templates', 'bundle', 'mails', '-o', 'one.ts'], { cwd: elsewhere.path });
    expect(readFileSync(join(elsewhere.path, 'one.ts'), 'utf8')).toBe(first);
    elsewhere.remove();
  });

  it('leaves a file alone that is as it should be, and no other file beside it', async () => {
    await bundle('mails', '-o', 'gen/templates.ts');
    const path = join(folder.path, 'gen/templates.ts');
    const before = new Date(1_000_000_000_000);
    utimesSync(path, before, before);
    expect((await bundle('mails', '-o', 'gen/templates.ts')).stdout).toContain('is up to date: 1 template');
    expect(statSync(path).mtime).toEqual(before);
    expect(readdirSync(join(folder.path, 'gen'))).toEqual(['templates.ts']);
  });

  it.each(['templates.ts', 'templates.mjs', 'templates.cjs', 'templates.json'])(
    'says with --check what has changed, and writes nothing: %s',
    async file => {
      expect(await bundle('mails', '-o', file, '--check')).toMatchObject({
        code: 1,
        stdout: `missing ${file} does not exist. Run the command again without --check.\n`,
      });
      await bundle('mails', '-o', file);
      const written = read(file);
      expect(await bundle('mails', '-o', file, '--check')).toMatchObject({ code: 0 });
      writeFileSync(join(folder.path, file), written.replaceAll('\n', '\r\n'));
      expect(await bundle('mails', '-o', file, '--check')).toMatchObject({ code: 0 });
      folder.write('mails/welcome/html.hbs', 'other');
      folder.write('mails/bye/text.hbs', 'Bye');
      folder.write('mails/welcome/samples.json', '{}');
      const { code, stdout } = await bundle('mails', '-o', file, '--check');
      expect(code).toBe(1);
      expect(stdout).toContain('  + bye/text.hbs is new\n');
      expect(stdout).toContain('  ~ welcome/html.hbs has changed\n');
      expect(stdout).not.toContain('subject');
      expect(read(file)).toBe(written.replaceAll('\n', '\r\n'));
    },
  );

  it('tells what is left out, and why', async () => {
    folder.write('mails/README.md', 'x');
    folder.write('mails/welcome/samples.ts', 'export default {}');
    folder.write('mails/welcome/htm.hbs', 'x');
    folder.write('more/welcome/html.hbs', 'hidden');
    folder.write('more/welcome/text.hbs', 'of the second');
    const { code, stderr } = await bundle('mails', 'more', '-o', 'mails/templates.ts');
    expect(code).toBe(0);
    expect(stderr).toContain('mails/README.md is no template, language, samples.json or image.');
    expect(stderr).toContain('samples.ts is code; only samples.json can go into the module.');
    expect(stderr).toContain('htm.hbs is no part of a template');
    expect(stderr).toContain(`more/welcome/html.hbs is hidden by the one in ${join(folder.path, 'mails')}.`);
    expect(stderr).not.toContain('templates.ts');
    expect(read('mails/templates.ts')).toContain('of the second');
    expect((await bundle('mails', 'more', '-o', 'mails/templates.ts')).stderr).not.toContain(
      'mails/templates.ts',
    );
  });

  it('writes over no file of others without --force', async () => {
    for (const [file, text] of [
      ['own.ts', 'export const mine = 1;'],
      ['package.json', '{ "name": "x" }'],
    ] as const) {
      folder.write(file, text);
      const { code, stderr } = await bundle('mails', '-o', file);
      expect(code).toBe(2);
      expect(stderr).toContain(`${file} was not written by this command, and is left alone.`);
      expect(read(file)).toBe(text);
    }
    expect(await bundle('mails', '-o', 'own.ts', '--force')).toMatchObject({ code: 0 });
    expect(read('own.ts')).toContain('welcome/html.hbs');
  });

  it.each([
    ['a syntax error', 'broken/text.hbs', '{{#if x}}', 'broken/text.hbs is no valid template at line 1'],
    ['a helper of nobody', 'broken/text.hbs', '{{money 1}}', 'there is no helper "money"'],
    ['a partial that is not there', 'broken/text.hbs', '{{> gone}}', 'uses the partial "gone"'],
    ['a word that no mail uses', 'languages/ar.json', '{ "x": { "y": "z" } }', 'which no mail uses'],
    ['octets that are not UTF-8', 'broken/text.hbs', Buffer.from('caf\u00e9', 'latin1'), 'is not UTF-8'],
  ])('refuses templates with %s as an application does when it starts', async (_kind, path, text, words) => {
    folder.write(`mails/${path}`, text);
    const { code, stdout, stderr } = await bundle('mails', '-o', 'templates.ts');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(readdirSync(folder.path)).toEqual(['mails']);
  });

  it('takes the names of the application’s helpers, and says so where one is missing', async () => {
    folder.write('mails/pay/text.hbs', '{{money 1}}');
    expect((await bundle('mails', '-o', 'templates.ts')).stderr).toContain('name it with --helper');
    expect(await bundle('mails', '-o', 'templates.ts', '--helper', 'money')).toMatchObject({ code: 0 });
  });

  it('refuses files whose names differ by case only, which other machines cannot hold', async () => {
    folder.write('more/Welcome/html.hbs', 'x');
    const { code, stderr } = await bundle('mails', 'more', '-o', 'templates.ts');
    expect(code).toBe(2);
    expect(stderr).toContain('is there twice');
  });

  it('takes of two files that are one to an application the one in the first folder', async () => {
    folder.write('mails/welcome/html.fr_CA.hbs', 'first');
    folder.write('more/welcome/html.fr-CA.hbs', 'second');
    const { stderr } = await bundle('mails', 'more', '-o', 'templates.json');
    expect(stderr).toContain(
      `more/welcome/html.fr-CA.hbs is hidden by the one in ${join(folder.path, 'mails')}.`,
    );
    expect(JSON.parse(read('templates.json'))).toEqual({ ...SOURCES, 'welcome/html.fr_CA.hbs': 'first' });
  });

  it('loses no words: a language in two folders, of which an application would use both, is refused', async () => {
    folder.write('more/languages/ja.json', '{ "reset-password": { "button": "x" } }');
    const { code, stderr } = await bundle('mails', 'more', '-o', 'templates.ts');
    expect(code).toBe(2);
    expect(stderr).toContain('ja.json and the one in ');
    expect(stderr).toContain('put them into one file.');
  });

  it.each(['samples.json', 'welcome/samples.json', 'languages/en.json'])(
    'writes no file that the next run would read among the templates: %s',
    async file => {
      const { code, stderr } = await bundle('mails', '-o', `mails/${file}`, '--force');
      expect(code).toBe(2);
      expect(stderr).toContain(`mails/${file} would itself be read as a file of `);
    },
  );

  it('compares a file with images of many megabytes', async () => {
    folder.write('mails/welcome/logo.png', Buffer.alloc(9_000_000));
    await bundle('mails', '-o', 'templates.ts');
    folder.write('mails/welcome/logo.png', PNG);
    const { code, stdout } = await bundle('mails', '-o', 'templates.ts', '--check');
    expect(code).toBe(1);
    expect(stdout).toContain('  ~ welcome/logo.png has changed\n');
  });

  it('takes the line ends of an SVG for those of Unix, too, and leaves other images alone', async () => {
    folder.write('mails/welcome/a.svg', '<svg xmlns="http://www.w3.org/2000/svg">\n</svg>\n');
    await bundle('mails', '-o', 'templates.ts');
    folder.write('mails/welcome/a.svg', '<svg xmlns="http://www.w3.org/2000/svg">\r\n</svg>\r\n');
    expect(await bundle('mails', '-o', 'templates.ts', '--check')).toMatchObject({ code: 0 });
    expect(PNG.includes('\r\n')).toBe(true);
    await bundle('mails', '-o', 'templates.json');
    expect(JSON.parse(read('templates.json'))).toMatchObject({
      'welcome/logo.png': SOURCES['welcome/logo.png'],
    });
  });

  it('says so when an image cannot be read', async () => {
    symlinkSync('/does/not/exist', join(folder.path, 'mails/welcome/gone.png'));
    const { code, stderr } = await bundle('mails', '-o', 'templates.ts');
    expect(code).toBe(2);
    expect(stderr).toContain('gone.png cannot be read');
  });

  it('tells all as JSON', async () => {
    folder.write('mails/x.md', 'x');
    const { stdout } = await bundle('mails', '-o', 'templates.ts', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'templates.ts',
      state: 'written',
      templates: 1,
      files: Object.keys(SOURCES).map(path => ({ path, size: expect.any(Number) })),
      leftOut: [{ file: join(folder.path, 'mails/x.md') }],
    });
  });

  it('explains itself', async () => {
    const { code, stdout } = await bundle('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: nest-mailroom templates bundle <directory...> -o FILE [options]');
    expect(stdout.split('\n').filter(line => line.length > 120)).toEqual([]);
  });

  it.each([
    [[], 'Name the directory of the templates.'],
    [['mails'], 'Name the file to write'],
    [['mails', '-o', ''], 'Name the file to write'],
    [
      ['mails', '-o', 'x.txt'],
      'x.txt has none of the endings of a module of templates: .ts, .mts, .js, .mjs, .cjs, .json.',
    ],
    [['mails', '-o', 'x.d.ts'], 'has none of the endings'],
    [['gone', '-o', 'x.ts'], 'gone does not exist'],
    [['mails/partials', '-o', 'mails'], 'has none of the endings'],
    [['mails/languages', '-o', 'x.ts'], 'There is no template in mails/languages.'],
    [['mails', '-o', 'x.ts', '--minify'], "Unknown option '--minify'"],
    [['mails', '-o', 'mails/welcome/html.hbs/x.ts'], 'cannot be'],
  ])('ends with 2 for a wrong command line: %j', async (args, message) => {
    const { code, stdout, stderr } = await bundle(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
