import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { ed25519Key } from '../../support/dkim-keys.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { SECTION_SHAPES } from './section-shapes.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

const SECRET = 'hunter2-geheim';
const LOGIN = { ...SMTP, Username: 'ann' };

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

const passwordIn = (content: string | Buffer): string | undefined =>
  resolveMailSettings({ ...LOGIN, PasswordFile: folder.write('password', content) }).password;

describe('the content of PasswordFile', () => {
  it.each([
    ['without a line end', SECRET, SECRET],
    ['with a line end', `${SECRET}\n`, SECRET],
    ['with a line end of Windows', `${SECRET}\r\n`, SECRET],
    ['with blanks, which are part of it', ` ${SECRET} \n`, ` ${SECRET} `],
    ['with a byte order mark', `\uFEFF${SECRET}`, SECRET],
    ['beyond ASCII', 'pässwörd', 'pässwörd'],
  ])('is the password: %s', (_, content, password) => {
    expect(passwordIn(content)).toBe(password);
  });

  it('is in no print of the settings, and the settings can be read again', () => {
    const resolved = resolveMailSettings({ ...LOGIN, passwordfile: folder.write('p', SECRET) });
    expect(JSON.stringify(resolved)).not.toContain(SECRET);
    expect(resolveMailSettings(resolved).password).toBe(SECRET);
  });

  it('may lie behind a symbolic link, as mounted secrets do', () => {
    const target = folder.write('data/password', SECRET);
    symlinkSync(target, join(folder.path, 'link'));
    expect(resolveMailSettings({ ...LOGIN, PasswordFile: join(folder.path, 'link') }).password).toBe(SECRET);
  });
});

describe('a PasswordFile that holds more than a password', () => {
  it.each([
    ['a second line end', `${SECRET}\n\n`, 'holds a line break (U+000A) at its end'],
    ['a line before it', `# mail\n${SECRET}\n`, 'holds a line break (U+000A) as character 7'],
    ['the half of a line end', `${SECRET}\r`, 'holds a line break (U+000D) at its end'],
    ['a no-break space', `${SECRET}\u00a0\n`, 'holds an invisible character (U+00A0) at its end'],
  ])('is a problem that names the file and the character: %s', (_, content, words) => {
    const PasswordFile = folder.write('secrets/password', content);
    const problems = problemsOf({ ...LOGIN, PasswordFile });
    expect(problems).toEqual([
      { key: 'PasswordFile', message: `the file ${PasswordFile} ${words}; take it out` },
    ]);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });
});

describe('PasswordFile', () => {
  it.each(SECTION_SHAPES)('is relative to its settings file: %s', (_, wrapped) => {
    const password = folder.write('conf/secrets/password', SECRET);
    const file = folder.write(
      'conf/app.json',
      JSON.stringify(wrapped({ ...LOGIN, PasswordFile: 'secrets/password' })),
    );
    expect(JSON.stringify(appsettings(file, {})())).toContain(JSON.stringify(password));
  });

  it('of other sections stays as it was written', () => {
    const content = {
      Redis: { PasswordFile: './a' },
      Kestrel: { PrivateKeyFile: './b' },
      MailSettings: SMTP,
    };
    expect(appsettings(folder.write('app.json', JSON.stringify(content)), {})()).toEqual(content);
  });

  it('from the environment is relative to the working directory', () => {
    const env = { MailSettings__PasswordFile: '.nvmrc', MailSettings__Username: 'ann' };
    const file = folder.write('app.json', JSON.stringify({ MailSettings: SMTP }));
    expect(resolveMailSettings(appsettings(file, env)()).password).toMatch(/^[\d.]+$/);
  });

  it('is a problem beside Password, and without Username', () => {
    const PasswordFile = folder.write('p', SECRET);
    expect(problemsOf({ ...LOGIN, Password: 'x', PasswordFile })).toEqual([
      { key: 'PasswordFile', message: expect.stringMatching(/^is set beside Password; set one of them: /) },
    ]);
    expect(problemsOf({ ...SMTP, passwordFILE: PasswordFile })).toEqual([
      { key: 'passwordFILE', message: 'is set without Username; set both, or neither' },
    ]);
  });

  it('of a file is cleared by an empty variable, so that the password of the environment counts', () => {
    const Dkim = { Domain: 'contoso.com', Selector: 'mail', PrivateKeyFile: '/nowhere/dkim.pem' };
    const settings = { ...LOGIN, PasswordFile: '/nowhere/password', Dkim };
    const file = folder.write('app.json', JSON.stringify({ MailSettings: settings }));
    const { pem } = ed25519Key();
    const env = { MailSettings__Password: SECRET, MailSettings__Dkim__PrivateKey: pem };
    const both = readMailSettings(appsettings(file, env)()).problems;
    expect(both.map(({ key }) => key)).toEqual(['PasswordFile', 'Dkim.PrivateKeyFile', 'PasswordFile']);
    for (const { message } of both.slice(1))
      expect(message).toContain('an empty variable of the same name clears');
    const cleared = { ...env, MailSettings__PasswordFile: '', MailSettings__Dkim__PrivateKeyFile: '' };
    const resolved = resolveMailSettings(appsettings(file, cleared)());
    expect(resolved.password).toBe(SECRET);
    expect(resolved.dkim?.[0]?.privateKey).toBe(pem);
  });

  it('is not read with a pickup directory', () => {
    expect(problemsOf({ ...PICKUP, PasswordFile: '/nowhere', Username: 'ann' })).toEqual([]);
  });

  it('is not read where files are not wanted, as in tests of an application', () => {
    expect(readMailSettings({ ...LOGIN, PasswordFile: '/nowhere' }, { readFiles: false }).problems).toEqual(
      [],
    );
  });
});

it('A relative path that leads nowhere is told with the folder that it is relative to', () => {
  expect(problemsOf({ ...LOGIN, PasswordFile: './nowhere/password' })).toEqual([
    {
      key: 'PasswordFile',
      message: `the file ./nowhere/password does not exist in the working directory, ${process.cwd()}`,
    },
  ]);
  const [hidden] = problemsOf({ ...LOGIN, PasswordFile: 'hunter2' });
  expect(hidden?.message).toMatch(/may be the secret itself.* does not exist$/);
});

describe('a file of a secret that cannot be used is one problem, with its key and its path:', () => {
  const problemOf = (path: string): string | undefined => {
    const problems = problemsOf({ ...LOGIN, Passwordfile: path });
    expect(problems.map(({ key }) => key)).toEqual(['Passwordfile']);
    return problems[0]?.message;
  };

  it.each([
    ['a missing file', 'nowhere', /the file \S+\/nowhere does not exist/],
    ['a file below a file', 'full/below', /does not exist$/],
    ['a directory', 'directory', /is not an ordinary file/],
    ['a pipe to which nobody writes', 'pipe', /is not an ordinary file/],
    ['an empty file', 'empty', /is empty/],
    ['a file with a line end alone', 'line', /is empty/],
    ['a file that is too large', 'large', /has more than 64 KiB/],
    ['a file in UTF-16', 'utf16', /is not a text in UTF-8/],
    ['a file in Latin-1', 'latin1', /is not a text in UTF-8/],
    ['a file with a NUL', 'nul', /is not a text in UTF-8/],
    ['a symbolic link to itself', 'loop', /cannot be read \(ELOOP\)/],
  ])('%s', (_, name, message) => {
    folder.write('full', SECRET);
    folder.write('empty', '');
    folder.write('line', '\n');
    folder.write('large', SECRET.repeat(10_000));
    folder.write('utf16', Buffer.from(`\uFEFF${SECRET}`, 'utf16le'));
    folder.write('latin1', Buffer.from('pässwort', 'latin1'));
    folder.write('nul', `a\0${SECRET}`);
    mkdirSync(join(folder.path, 'directory'));
    execFileSync('mkfifo', [join(folder.path, 'pipe')]);
    symlinkSync('loop', join(folder.path, 'loop'));
    const problem = problemOf(join(folder.path, name));
    expect(problem).toMatch(message);
    expect(problem).toContain(folder.path);
    expect(problem).not.toContain(SECRET);
  });

  it.each([['/dev/zero'], ['/dev/null']])('the device %s, without an end', path => {
    expect(problemOf(path)).toBe(`${path} is not an ordinary file`);
  });

  it.each([
    ['a key in its place', '-----BEGIN PRIVATE KEY-----MIIEvQ'],
    ['several lines', `${SECRET}\n${SECRET}`],
    ['a text that is too long for a path', SECRET.repeat(40)],
  ])('nothing of the value where it is no path: %s', (_, value) => {
    expect(problemOf(value)).toBe('must be the path of a file, but holds something else');
  });
});
