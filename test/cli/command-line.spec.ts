import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ShownOutput } from '../../lib/cli/shown-output.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { runHere } from './command-run.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
/** What a terminal obeys or what hides, but for line ends and tabulators. */
const RAW = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('nest-mailroom', () => {
  it.each(['--version', '-V', '-v', 'version'])('says its version: %s', async option => {
    expect(await runHere([option])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([['check'], ['relay'], ['templates', 'lint']])(
    'says it behind a command, too: %s',
    async (...words) => {
      expect(await runHere([...words, '--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    },
  );

  it.each([
    [['chek'], '"chek". Did you mean check?'],
    [['CHECK'], '"CHECK". Did you mean check?'],
    [['sendtest', '--to', 'x'], '"sendtest". Did you mean send-test?'],
    [['rely'], '"rely". Did you mean relay?'],
    [['template', 'lint', 'mails'], '"template". Did you mean templates lint?'],
    [['templates', 'lnt'], '"templates". Did you mean templates lint?'],
    [['lint'], '"lint". Did you mean templates lint?'],
    [['--verison'], '"--verison". Did you mean --version?'],
    [['--hlep'], '"--hlep". Did you mean --help?'],
    [['--frobnicate'], '"--frobnicate".\n'],
    [['frobnicate'], '"frobnicate".\n'],
    [['__proto__'], '"__proto__".\n'],
  ])('names the command that was probably meant: %j', async (args, words) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`There is no command ${words}`);
    expect(stderr).toContain('Usage: nest-mailroom');
  });

  it.each([
    [['check', '--setings', 'a.json'], "Unknown option '--setings'. Did you mean --settings?"],
    [['check', '--jsn'], "Unknown option '--jsn'. Did you mean --json?"],
    [['send-test', '--too=ann@contoso.com'], "Unknown option '--too'. Did you mean --to?"],
    [['relay', '--dir', '/x'], "Unknown option '--dir'. Did you mean --directory?"],
    [['templates', 'lint', '--helpr', 'x', 'mails'], "Unknown option '--helpr'. Did you mean --helper?"],
    [['check', '--zzzzzz'], "Unknown option '--zzzzzz'.\n"],
    [['check', '-x'], "Unknown option '-x'.\n"],
    [['check', '--settings'], "Option '--settings <value>' argument missing"],
    [['check', 'mail.json'], "Unexpected argument 'mail.json'"],
  ])('names the option that was probably meant: %j', async (args, words) => {
    const { code, stderr } = await runHere(args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain('Usage: nest-mailroom');
  });

  it.each([
    ['0', '--poll must be more than 0 seconds and at most 2147483, not 0.'],
    ['1e9', '--poll must be more than 0 seconds and at most 2147483, not 1e9.'],
    ['soon', '--poll must be a number, not "soon".'],
  ])('names an option by its name on the command line: --poll %s', async (poll, words) => {
    const env = { MailSettings__Host: 'localhost', MailSettings__FromAddress: 'a@contoso.com' };
    const { code, stderr } = await runHere(['relay', '--directory', '.', '--poll', poll], { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: `${words}\n` });
  });

  it.each([
    ['{"MailSettings":"localhost"}', 'MailSettings is there, but is no object of settings'],
    ['{"MailSettings":null}', 'MailSettings is there, but is no object of settings'],
    ['{"mailsettings":[]}', 'MailSettings is there, but is no object of settings'],
    [
      '{"Identity":{"MailSetings":{}},"MailSetings":{}}',
      'has no section MailSettings; did you mean MailSetings?',
    ],
    ['{"Logging":{}}', 'has no section MailSettings (read:'],
  ])('says what stands in place of the section: %s', async (json, words) => {
    const folder = temporaryDirectory();
    folder.write('a.json', json);
    const { code, stderr } = await runHere(['check', '--settings', 'a.json'], { cwd: folder.path });
    folder.remove();
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) });
  });

  it('shows no value of an option that it does not know', async () => {
    const { stderr } = await runHere(['check', '--pasword=hunter2-geheim']);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('What a terminal would obey is never printed as it was given', () => {
  const EVIL = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r';
  let folder: TemporaryDirectory;
  beforeAll(() => {
    folder = temporaryDirectory();
    folder.write('no-section.json', '{}');
    folder.write(
      'keys.json',
      JSON.stringify({ MailSettings: { [`Hots${EVIL}`]: 1, Port: EVIL, Host: 'localhost' } }),
    );
    folder.write(`odd\u001b[2J\u009b.json`, JSON.stringify({ MailSettings: { Enabled: 'maybe' } }));
  });
  afterAll(() => folder.remove());

  it.each([
    [[EVIL]],
    [['check', `--${EVIL}`]],
    [['check', EVIL]],
    [['check', '--settings', EVIL]],
    [['check', '--settings', 'no-section.json', '--section', EVIL]],
    [['check', '--timeout', EVIL]],
    [['check', '--settings', 'keys.json']],
    [['check', '--settings', 'keys.json', '--json']],
    [['check', '--settings', 'odd\u001b[2J\u009b.json']],
    [['check', '--settings', 'odd\u001b[2J\u009b.json', '--json']],
    [['send-test', '--to', EVIL, '--settings', 'keys.json']],
    [['send-test', '--to', 'ann@contoso.com', '--settings', EVIL, '--json']],
    [['relay', '--settings', 'keys.json', '--directory', EVIL]],
    [['preview', EVIL]],
    [['preview', '--port', EVIL, 'x']],
    [['templates', 'lint', EVIL]],
    [['types', EVIL, '--json']],
    [['types', EVIL, '-o', EVIL]],
  ])('%j', async args => {
    const { code, stdout, stderr } = await runHere(args, { cwd: folder.path });
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).not.toMatch(RAW);
    expect(`${stdout}${stderr}`).not.toBe('');
  });

  it('on a terminal either, where colours pass', () => {
    let shown = '';
    const output = new ShownOutput({ isTTY: true, write: text => (shown += text) });
    output.write('\r\u001b[K\u001b[31mred\u001b[39m \u001b[2J\u001b[1;1H\r\u001b[K\u009b\n');
    expect(shown).toBe('\r\u001b[K\u001b[31mred\u001b[39m \\u001b[2J\\u001b[1;1H\\r\\u001b[K\\u009b\n');
  });
});
