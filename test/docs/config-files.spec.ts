import { describe, expect, it } from '@jest/globals';
import { codeBlocks } from './code-blocks.js';
import { allowedBy, CONFIG_NAMES, configNames } from './config-files.js';
import { allPages } from './pages.js';

const blocks = allPages()
  .flatMap(codeBlocks)
  .filter(({ language }) => language === 'ini');

describe('Configuration files of other programs on the pages', () => {
  it('are named', () => {
    expect(blocks.length).toBeGreaterThan(4);
    expect(blocks.filter(({ info }) => !Object.hasOwn(CONFIG_NAMES, info)).map(({ place }) => place)).toEqual(
      [],
    );
  });

  it.each(blocks.map(block => [block.place, block] as const))(
    'hold names that their manuals know at %s',
    (_place, { info, code }) => {
      const names = configNames(info, code);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter(name => allowedBy(info, name) === undefined)).toEqual([]);
    },
  );

  it('need every name that is listed for them', () => {
    const used = new Set(
      blocks.flatMap(({ info, code }) =>
        configNames(info, code).map(name => `${info} ${allowedBy(info, name)}`),
      ),
    );
    const listed = Object.entries(CONFIG_NAMES).flatMap(([file, names]) =>
      names.map(name => `${file} ${name}`),
    );
    expect(listed.filter(entry => !used.has(entry))).toEqual([]);
  });
});

describe('Reading a configuration file', () => {
  const refused = (file: string, text: string): string[] =>
    configNames(file, text).filter(name => allowedBy(file, name) === undefined);

  it('finds a name that is misspelt, in the wrong section, or too deep', () => {
    expect(refused('krb5.conf', '[libdefaults]\n default_relm = A')).toHaveLength(1);
    expect(refused('krb5.conf', '[realms]\n default_realm = A')).toHaveLength(1);
    expect(refused('krb5.conf', '[realms]\n A = {\n  B = {\n   kdc = C\n  }\n }')).toHaveLength(1);
    expect(refused('krb5.conf', '[realms]\n A = {\n  kdc = C\n }')).toEqual([]);
  });

  it('refuses a group without an end, an end without a group, and a name without a value', () => {
    expect(() => configNames('krb5.conf', '[realms]\n A = {\n kdc = B')).toThrow('does not end "A"');
    expect(() => configNames('krb5.conf', '}')).toThrow('has a line "}"');
    expect(() => configNames('smtpd.conf', 'keytab = /a')).toThrow('has a line "keytab = /a"');
  });
});
