import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CommandResult } from './command-run.js';
import { runHere } from './command-run.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
  folder.write('mails/welcome/subject.hbs', 'Welcome');
  folder.write('mails/welcome/text.hbs', 'Hello');
});
afterEach(() => folder.remove());

const lint = (args: readonly string[]): Promise<CommandResult> =>
  runHere(['templates', 'lint', ...args], { cwd: folder.path });

/** Runs the command in a process of its own. */
const lintProcess = (args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  runCli(['templates', 'lint', ...args], { cwd: folder.path, ...options });

describe('nest-mailroom templates lint', () => {
  it('says so when there is nothing to say, and ends with 0', async () => {
    expect(await lint(['mails'])).toMatchObject({
      code: 0,
      stdout: 'Nothing found in 1 template (2 files).\n',
      stderr: '',
    });
  });

  it('lists findings by file and place, with a summary, and ends with 1 when there is an error', async () => {
    folder.write(
      'mails/welcome/html.hbs',
      '<p>\n<a href="javascript:x">x</a>\n<img src="https://x.example/a.png">',
    );
    folder.write('mails/broken/subject.hbs', '{{#if}}');
    folder.write('mails/broken/text.hbs', 'x');
    const { code, stdout, stderr } = await lintProcess(['mails']);
    const lines = stdout.split('\n');
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(lines[0]).toBe('mails/broken/subject.hbs');
    expect(lines[1]).toMatch(/^ {2}1:\d+ +error +.*is no valid template.*\(syntax\)$/);
    expect(lines.slice(3)).toEqual([
      'mails/welcome/html.hbs',
      expect.stringMatching(/^ {2}2:10 +error +.*javascript:.*\(unsafe-link\)$/),
      expect.stringMatching(/^ {2}3:1 +warning +.*alt text.*\(image-alt\)$/),
      '',
      '2 errors, 1 warning, 0 hints in 2 templates (5 files).',
      '',
    ]);
    expect(stdout).not.toContain('\u001b');
  });

  it('ends with 0 for warnings, and with --strict with 1; hints never count', async () => {
    folder.write('mails/welcome/html.hbs', '<a href="#">x</a>');
    expect(await lint(['mails'])).toMatchObject({ code: 0 });
    expect(await lint(['--strict', 'mails'])).toMatchObject({ code: 1 });
    folder.write('mails/welcome/html.hbs', '<!doctype html><html lang="en" dir="ltr">x');
    const hinted = await lint(['--strict', 'mails']);
    expect(hinted).toMatchObject({ code: 0 });
    expect(hinted.stdout).toContain('(missing-title)');
  });

  it('answers in JSON', async () => {
    folder.write('mails/welcome/html.hbs', '<a href="#">x</a>');
    const { code, stdout } = await lint(['--json', 'mails']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          rule: 'empty-link',
          severity: 'warning',
          file: 'mails/welcome/html.hbs',
          line: 1,
          column: 1,
          message: expect.stringContaining('leads nowhere'),
        },
      ],
      summary: { errors: 0, warnings: 1, hints: 0, templates: 1, files: 3 },
    });
  });

  it('names the mail clients that lack something, in JSON too', async () => {
    folder.write('mails/welcome/html.hbs', '<p style="position:fixed">x</p>');
    expect((await lint(['mails'])).stdout).toMatch(
      / 1:11 +warning +position:fixed is not supported by Gmail, Outlook on Windows, .*\(client-support\/position\)\n/,
    );
    const { findings } = JSON.parse((await lint(['--json', 'mails'])).stdout) as { findings: unknown[] };
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'client-support/position',
        clients: ['gmail', 'outlook-windows', 'outlook-web', 'outlook-apps', 'yahoo'],
        source: 'https://www.caniemail.com/features/css-position/',
      }),
    ]);
  });

  it('looks at those mail clients alone that it is given', async () => {
    folder.write('mails/welcome/html.hbs', '<p style="position:fixed">x</p>');
    const strict = (...clients: string[]): Promise<CommandResult> => lint(['--strict', 'mails', ...clients]);
    expect(await strict()).toMatchObject({ code: 1 });
    expect(await strict('--clients', 'apple-mail,thunderbird')).toMatchObject({ code: 0 });
    expect((await strict('--clients', 'Yahoo, gmail', '--clients', 'samsung')).stdout).toContain(
      'is not supported by Gmail and Yahoo Mail:',
    );
  });

  it('renders samples, and says which one fails', async () => {
    folder.write('mails/welcome/text.hbs', 'Hello {{name}}');
    folder.write('mails/welcome/samples.json', '{ "default": { "name": "Ann" }, "nobody": {} }');
    const { code, stdout } = await lint(['mails']);
    expect(code).toBe(1);
    expect(stdout).toContain('The sample "nobody" of "welcome" cannot be rendered');
  });

  it('takes several folders, and another default language', async () => {
    folder.write('mails/welcome/html.fr.hbs', '{{> p}}');
    folder.write('shared/partials/p.html.de.hbs', 'x');
    expect((await lint(['mails', 'shared'])).stdout).toContain('(missing-partial)');
    expect((await lint(['mails', 'shared', '--default-culture', 'de'])).stdout).not.toContain(
      '(missing-partial)',
    );
  });

  it('explains itself', async () => {
    const { code, stdout } = await lint(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: nest-mailroom templates lint [options] DIR...');
    expect(stdout).toContain('Exit code:');
    expect(stdout.split('\n').filter(line => line.length > 120)).toEqual([]);
    const all = await runHere(['--help']);
    expect(all.stdout).toMatch(/^ {2}templates lint +looks for/m);
  });

  it.each([
    [[], 'Name the folder of your templates.'],
    [['gone'], 'gone does not exist'],
    [['mails/welcome/text.hbs'], 'is not a directory of templates'],
    [['--fix', 'mails'], "Unknown option '--fix'"],
    [['mails', '--default-culture', 'x y'], '"x y" is no culture'],
    [['mails', '--clients', 'gmial'], "The mail client 'gmial' is not known; did you mean gmail?"],
    [['mails', '--clients', 'gmail,outlook'], 'did you mean outlook-windows?'],
    [['mails', '--clients', 'lotus'], 'is not known; known are apple-mail, gmail, outlook-windows,'],
    [['mails', '--clients', ' , '], '--clients names no mail client; known are apple-mail,'],
    [['mails', '--clients', 'toString'], "The mail client 'tostring' is not known"],
  ])('ends with 2 for a wrong command line or folder: %j', async (args, message) => {
    const { code, stdout, stderr } = await lint(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('warns of a folder without templates', async () => {
    folder.write('empty/readme.txt', 'x');
    const { code, stdout } = await lint(['empty']);
    expect(code).toBe(0);
    expect(stdout).toContain('This folder holds no templates');
    expect(await lint(['--strict', 'empty'])).toMatchObject({ code: 1 });
  });

  it('ends quietly when nobody reads its output', async () => {
    for (let index = 0; index < 300; index++)
      folder.write(`mails/t${index}/html.hbs`, '<a href="#">x</a>'.repeat(20));
    const result = await lintProcess(['mails'], {
      onStart: child => child.stdout?.destroy(),
    });
    expect(result).toMatchObject({ signal: null, stderr: '' });
  });
});
