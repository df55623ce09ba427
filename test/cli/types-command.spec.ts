import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CommandResult, CommandRunOptions } from './command-run.js';
import { runHere } from './command-run.js';

const FILE = 'mail-templates.d.ts';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

function types(args: readonly string[], options: CommandRunOptions = {}): Promise<CommandResult> {
  return runHere(['types', ...args], { cwd: folder.path, ...options });
}

function template(name: string, text: string, directory = 'templates'): void {
  folder.write(`${directory}/${name}/subject.en.hbs`, 'Subject');
  folder.write(`${directory}/${name}/text.en.hbs`, text);
}

const written = (): string => readFileSync(join(folder.path, FILE), 'utf8');

describe('nest-mailroom types', () => {
  it('explains itself', async () => {
    const help = await types(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const option of ['--output', '--check', '--default-culture', '--helper', '--json', 'Exit code'])
      expect(help.stdout).toContain(option);
    expect(await runHere(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('types'),
    });
  });

  it('takes an empty file name, as of a variable that is not set, for a file that does not exist', async () => {
    template('welcome', '{{name}}');
    expect(await types(['templates', '-o', '', '--check'])).toMatchObject({ code: 1, stderr: '' });
  });

  it('writes the types to the standard output when no file is named', async () => {
    template('welcome', '{{name}}');
    const { code, stdout, stderr } = await runCli(['types', 'templates'], { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`    /** templates/welcome: subject, text (en) */
    welcome: {
      name: PrintableValue;
    };
`);
    expect(readdirSync(folder.path)).toEqual(['templates']);
  });

  it('writes the file, and leaves it alone when nothing has changed', async () => {
    template('welcome', '{{name}}');
    expect(await types(['templates', '-o', FILE])).toEqual({
      code: 0,
      stdout: `${FILE} written: 1 template.\n`,
      stderr: '',
    });
    expect(written()).toContain('welcome: {');
    const before = new Date(1_000_000_000_000);
    utimesSync(join(folder.path, FILE), before, before);
    expect(await types(['templates', '--output', FILE])).toMatchObject({
      code: 0,
      stdout: `${FILE} is up to date: 1 template.\n`,
    });
    expect(statSync(join(folder.path, FILE)).mtime).toEqual(before);
    template('welcome', '{{name}}{{login}}');
    template('bye', 'Bye');
    expect(await types(['templates', '-o', FILE])).toMatchObject({
      stdout: `${FILE} written: 2 templates.\n`,
    });
    expect(written()).toContain('login: PrintableValue;');
    expect(readdirSync(folder.path).toSorted()).toEqual([FILE, 'templates']);
  });

  it('writes the same file from wherever it is called, into a folder that it makes', async () => {
    template('welcome', '{{name}}', 'server/templates');
    const file = join('server', 'types', FILE);
    await types(['server/templates', '-o', file]);
    const text = readFileSync(join(folder.path, file), 'utf8');
    expect(text).toContain('from ../templates.');
    const elsewhere = await types(['../templates', '-o', FILE, '--check'], {
      cwd: join(folder.path, 'server', 'types'),
    });
    expect(elsewhere).toMatchObject({ code: 0, stdout: `${FILE} is up to date: 1 template.\n` });
  });

  it('searches several directories in order', async () => {
    template('welcome', '{{first}}', 'own');
    template('welcome', '{{second}}', 'shared');
    template('other', '{{third}}', 'shared');
    const { stdout } = await types(['own', 'shared']);
    expect(stdout).toContain(`    /** shared/other: subject, text (en) */
    other: {
      third: PrintableValue;
    };
    /** own/welcome: subject, text (en) */
    welcome: {
      first: PrintableValue;
    };
`);
  });

  it('knows the helpers and the default culture that it is told of', async () => {
    template('welcome', '{{today}}{{motto}}{{name}}{{> p}}');
    folder.write('templates/partials/p.text.fr.hbs', '{{french}}');
    const args = ['templates', '--helper', 'today', '--helper', 'motto', '--default-culture', 'fr'];
    const { stdout } = await types(args);
    expect(stdout).toContain(
      '    welcome: {\n      french: PrintableValue;\n      name: PrintableValue;\n    };\n',
    );
  });

  it('tells in JSON what it found', async () => {
    template('welcome', '{{name}}');
    template('broken', '{{#if');
    const { code, stdout, stderr } = await types(['templates', '-o', FILE, '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const file = (name: string): string => join(folder.path, 'templates', name);
    expect(JSON.parse(stdout)).toEqual({
      file: FILE,
      state: 'written',
      templates: [
        { name: 'broken', typed: false, files: [file('broken/subject.en.hbs'), file('broken/text.en.hbs')] },
        {
          name: 'welcome',
          typed: true,
          files: [file('welcome/subject.en.hbs'), file('welcome/text.en.hbs')],
        },
      ],
      problems: [
        expect.objectContaining({ level: 'error', file: file('broken/text.en.hbs'), line: 1, column: 4 }),
      ],
    });
    const without = await types(['templates', '--json']);
    expect(JSON.parse(without.stdout)).toMatchObject({ text: expect.stringContaining('welcome: {') });
  });
});

describe('nest-mailroom types --check', () => {
  it('ends with 0 when the file is as it should be, whatever its line ends', async () => {
    template('welcome', '{{name}}');
    await types(['templates', '-o', FILE]);
    folder.write(FILE, written().replaceAll('\n', '\r\n'));
    expect(await types(['templates', '-o', FILE, '--check'])).toMatchObject({
      code: 0,
      stdout: `${FILE} is up to date: 1 template.\n`,
      stderr: '',
    });
  });

  it('ends with 1 when it is stale, says what differs, and writes nothing', async () => {
    template('welcome', '{{name}}');
    template('gone', 'x');
    await types(['templates', '-o', FILE]);
    const before = written();
    template('welcome', '{{name}}{{#if login}}{{login}}{{/if}}');
    template('news', 'x');
    folder.write('templates/gone/subject.en.hbs', 'moved');
    const { code, stdout, stderr } = await types(['templates', '-o', FILE, '--check']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(`stale ${FILE} is not what the templates need:
  + news: is new
  ~ welcome:
      + login?: PrintableValue | null;
Run the command again without --check.
`);
    expect(written()).toBe(before);
    const json = await types(['templates', '-o', FILE, '--check', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      state: 'stale',
      changes: [
        { template: 'news', kind: 'added' },
        { template: 'welcome', kind: 'changed', old: [], new: ['login?: PrintableValue | null;'] },
      ],
    });
  });

  it('ends with 1 when the file is not there, and does not make it', async () => {
    template('welcome', '{{name}}');
    expect(await types(['templates', '-o', FILE, '--check'])).toEqual({
      code: 1,
      stdout: `missing ${FILE} does not exist. Run the command again without --check.\n`,
      stderr: '',
    });
    expect(existsSync(join(folder.path, FILE))).toBe(false);
  });
});

describe('nest-mailroom types, given what it cannot use,', () => {
  it('says how the command line is right', async () => {
    expect(await types([])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Name the directory[^]*Usage/),
    });
    expect(await types(['templates', '--check'])).toMatchObject({
      code: 2,
      stderr: '--check needs the file to check: -o FILE.\n',
    });
    expect(await types(['templates', '--chek'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/chek[^]*Usage: nest-mailroom types/),
    });
    template('welcome', 'x');
    expect(await types(['templates', '--default-culture', 'x y'])).toMatchObject({
      code: 2,
      stderr: '"x y" is no culture; use a language tag such as fr or fr-CA\n',
    });
  });

  it('says that a directory is missing, is a file, or holds no templates, and writes nothing', async () => {
    mkdirSync(join(folder.path, 'empty'));
    folder.write('file', 'x');
    for (const [name, message] of [
      ['missing', /The template directory .*missing does not exist/],
      ['file', /file is not a directory of templates/],
      ['empty', /There is no template in empty\. A template is a folder that holds its parts/],
    ] as const) {
      const result = await types([name, '-o', FILE]);
      expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    }
    expect(readdirSync(folder.path).toSorted()).toEqual(['empty', 'file']);
  });

  it('says where a syntax error is, leaves that template untyped, and goes on with the rest', async () => {
    template('broken', 'line one\n  {{#if a}}x{{/unless}}');
    template('welcome', '{{name}}');
    const { code, stdout, stderr } = await types(['templates', '-o', FILE]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${FILE} written: 2 templates.\n` });
    expect(stderr).toMatch(
      /^error .*broken[\\/]text\.en\.hbs:2:\d+ is no valid template: if doesn't match unless/,
    );
    expect(stderr).not.toContain('    at ');
    expect(written()).toMatch(/broken: object;[^]*welcome: \{/);
  });

  it('leaves a file alone that it has not written', async () => {
    template('welcome', '{{name}}');
    folder.write('main.ts', 'export const main = 1;\n');
    for (const more of [[], ['--check']]) {
      const { code, stderr } = await types(['templates', '-o', 'main.ts', ...more]);
      expect(code).toBe(2);
      expect(stderr).toBe(
        'main.ts was not written by this command, and is left alone. Name another file, or delete this one.\n',
      );
    }
    expect(readFileSync(join(folder.path, 'main.ts'), 'utf8')).toBe('export const main = 1;\n');
  });

  it('says why the file cannot be written, and leaves nothing half-written', async () => {
    template('welcome', '{{name}}');
    mkdirSync(join(folder.path, FILE));
    expect(await types(['templates', '-o', FILE])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^mail-templates\.d\.ts cannot be read: it is a directory/),
    });
    folder.write('locked/x', 'not a folder');
    expect(await types(['templates', '-o', 'locked/x/types.d.ts'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^locked[\\/]x[\\/]types\.d\.ts cannot be (?:read|written): /),
    });
    expect(readdirSync(join(folder.path, 'locked'))).toEqual(['x']);
  });

  it('warns of files that are no parts, and of partials that do not exist', async () => {
    template('welcome', '{{> nope}}{{name}}');
    folder.write('templates/welcome/body.hbs', 'x');
    const { code, stderr } = await types(['templates', '-o', FILE]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning .*body\.hbs is no part of a template/);
    expect(stderr).toMatch(/warning .*text\.en\.hbs:1:1 uses the partial "nope", which does not exist/);
    expect(written()).toContain('name: PrintableValue;');
  });

  it('is done with five hundred templates', async () => {
    for (let number = 0; number < 500; number++)
      template(
        `many/t${number}`,
        '{{#> layouts/mail}}{{name}}{{#each rows}}{{title}}{{/each}}{{/layouts/mail}}',
      );
    const { code, stdout } = await types(['templates', '-o', FILE]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${FILE} written: 500 templates.\n` });
  });
});
