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

  it.each([
    [['chek'], '"chek". Did you mean check?'],
    [['CHECK'], '"CHECK". Did you mean check?'],
    [['sendtest', '--to', 'x'], '"sendtest". Did you mean send-test?'],
    [['rely'], '"rely". Did you mean relay?'],
    [['template', 'lint', 'mails'], '"template". Did you mean templates lint?'],
    [['templates', 'lnt'], '"templates". Did you mean templates lint?'],
    [['lint'], '"lint". Did you mean templates lint?'],
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
