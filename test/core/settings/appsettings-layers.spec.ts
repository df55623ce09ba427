import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { settingsErrorOf } from './settings-problems.js';

const mail = (settings: object): string => JSON.stringify({ MailSettings: settings });

describe('appsettings() without arguments', () => {
  let directory: TemporaryDirectory;
  const home = process.cwd();
  beforeEach(() => {
    directory = temporaryDirectory();
    process.chdir(directory.path);
  });
  afterEach(() => {
    process.chdir(home);
    directory.remove();
  });

  it('reads appsettings.json of the working directory', () => {
    directory.write('appsettings.json', mail({ Host: 'a' }));
    expect(appsettings(undefined, {})()).toEqual({ MailSettings: { Host: 'a' } });
  });

  it('is content without any file', () => {
    expect(appsettings(undefined, { NODE_ENV: 'production' })()).toEqual({});
  });

  it.each([
    ['as written', 'appsettings.production.json'],
    ['with a capital', 'appsettings.Production.json'],
  ])('lays the file of NODE_ENV over it, %s', (_name, file) => {
    directory.write('appsettings.json', mail({ Host: 'a', Port: 25 }));
    directory.write(file, mail({ Port: 587 }));
    expect(appsettings(undefined, { NODE_ENV: 'production' })()).toEqual({
      MailSettings: { Host: 'a', Port: 587 },
    });
  });

  it('prefers the file of NODE_ENV as written', () => {
    directory.write('appsettings.Test.json', mail({ Port: 1 }));
    directory.write('appsettings.test.json', mail({ Port: 2 }));
    expect(appsettings(undefined, { NODE_ENV: 'test' })()).toEqual({ MailSettings: { Port: 2 } });
  });

  it('leaves the files of other environments alone', () => {
    directory.write('appsettings.Production.json', mail({ Port: 1 }));
    expect(appsettings(undefined, { NODE_ENV: 'development' })()).toEqual({});
    expect(appsettings(undefined, {})()).toEqual({});
  });

  it('reads when it is called, and not before', () => {
    const load = appsettings(undefined, {});
    directory.write('appsettings.json', mail({ Host: 'late' }));
    expect(load()).toEqual({ MailSettings: { Host: 'late' } });
  });

  it('stops at a default file with a syntax error', () => {
    directory.write('appsettings.json', '{');
    expect(settingsErrorOf(appsettings(undefined, {})).problems[0]?.key).toBe(
      join(directory.path, 'appsettings.json'),
    );
  });
});

describe('appsettings() with files', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it('reads them in order, later ones over earlier ones', () => {
    const files = ['one', 'two', 'three'].map((Host, index) =>
      directory.write(`${index}.json`, mail({ Host, [`Key${index}`]: index })),
    );
    expect(appsettings(files, {})()).toEqual({
      MailSettings: { Host: 'three', Key0: 0, Key1: 1, Key2: 2 },
    });
  });

  it('merges objects deeply, and lets arrays and scalars replace', () => {
    const base = directory.write('a.json', '{"A":{"B":{"x":1,"y":[1,2,3]},"c":{"d":1}},"e":[{"f":1}]}');
    const over = directory.write('b.json', '{"A":{"B":{"y":[9]},"c":5},"e":[]}');
    expect(appsettings([base, over], {})()).toEqual({ A: { B: { x: 1, y: [9] }, c: 5 }, e: [] });
  });

  it('merges keys that differ only in case, and keeps the first spelling', () => {
    const base = directory.write('a.json', mail({ Host: 'a', Port: 25 }));
    const over = directory.write('b.json', '{"mailsettings":{"HOST":"b"}}');
    expect(appsettings([base, over], {})()).toEqual({ MailSettings: { Host: 'b', Port: 25 } });
  });

  it('does not read appsettings.json besides', () => {
    directory.write('appsettings.json', mail({ Host: 'default' }));
    const given = directory.write('given.json', mail({ Port: 25 }));
    expect(appsettings(given, {})()).toEqual({ MailSettings: { Port: 25 } });
  });

  it('reports a given file that is missing, by its whole path', () => {
    const missing = join(directory.path, 'missing.json');
    const error = settingsErrorOf(appsettings([directory.write('a.json', '{}'), missing], {}));
    expect(error.problems).toEqual([{ key: missing, message: 'does not exist' }]);
    expect(error.code).toBe('EMAILSETTINGS');
  });

  it('reports a folder in the place of a file', () => {
    expect(settingsErrorOf(appsettings(directory.path, {})).message).toContain('cannot be read (EISDIR)');
  });

  it('never changes prototypes', () => {
    const file = directory.write(
      'a.json',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    appsettings([file, file], { ['__proto____polluted']: '1', ['constructor__prototype__polluted']: '1' })();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
