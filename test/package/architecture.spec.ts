import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importsBelow, sourceFiles } from './source-files.js';

const LIB = join(process.cwd(), 'lib');
const imports = importsBelow(LIB);

/** The README's table of rooms: what each may import, as values or only as types. */
const ROOMS: Readonly<Record<string, { values: readonly string[]; types?: readonly string[] }>> = {
  errors: { values: [] },
  address: { values: ['errors'] },
  settings: { values: ['errors', 'address'] },
  message: { values: ['errors', 'address', 'settings'] },
  templates: { values: ['errors'], types: ['settings'] },
  delivery: { values: ['errors', 'address', 'settings'], types: ['message'] },
  telemetry: { values: [] },
  dispatch: { values: ['errors', 'delivery'], types: ['message'] },
  hooks: { values: [], types: ['message', 'delivery'] },
  mailbox: { values: ['errors'], types: ['address'] },
  relay: { values: ['errors', 'address', 'settings', 'message', 'delivery'] },
  health: { values: ['errors', 'address', 'delivery', '.'] },
  lint: { values: ['errors', 'templates'] },
  testing: {
    values: ['errors', 'address', 'settings', 'delivery', 'dispatch', 'mailbox', '.'],
    types: ['message', 'hooks'],
  },
  preview: {
    values: ['errors', 'address', 'message', 'templates', 'mailbox', 'relay', '.'],
    types: ['settings', 'delivery', 'hooks'],
  },
  diagnosis: { values: ['errors', 'address', 'settings', 'delivery'] },
  typing: { values: ['errors', 'templates'] },
  cli: {
    values: [
      'errors',
      'settings',
      'message',
      'templates',
      'delivery',
      'relay',
      'preview',
      'health',
      'diagnosis',
      'typing',
      'lint',
      '.',
    ],
  },
};
const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '.');

describe('The rooms of lib/', () => {
  it('are exactly those of the architecture table', () => {
    const folders = readdirSync(LIB, { withFileTypes: true }).filter(entry => entry.isDirectory());
    expect(folders.map(entry => entry.name).toSorted()).toEqual(Object.keys(ROOMS).toSorted());
  });

  it('import only the rooms that the architecture table allows', () => {
    const wrong = imports.filter(({ from, target, typeOnly }) => {
      const rules = ROOMS[roomOf(from)];
      if (target === undefined || rules === undefined) return false;
      const allowed = [roomOf(from), ...rules.values, ...(typeOnly ? (rules.types ?? []) : [])];
      return !allowed.includes(roomOf(target));
    });
    expect(wrong).toEqual([]);
  });

  it('let nothing import a barrel', () => {
    expect(imports.filter(({ target }) => target?.endsWith('index.ts'))).toEqual([]);
  });

  it('let nothing that every application loads import a subpath', () => {
    const subpaths = [
      'mailbox',
      'relay',
      'health',
      'testing',
      'preview',
      'diagnosis',
      'typing',
      'lint',
      'cli',
    ];
    const wrong = imports.filter(
      ({ from, target }) =>
        target !== undefined && subpaths.includes(roomOf(target)) && !subpaths.includes(roomOf(from)),
    );
    expect(wrong).toEqual([]);
  });

  it('have no barrel but those of the package and its subpaths, and they export by name', () => {
    const barrels = sourceFiles(LIB).filter(file => file.endsWith('index.ts'));
    expect(barrels.toSorted()).toEqual([
      'health/index.ts',
      'index.ts',
      'preview/index.ts',
      'relay/index.ts',
      'testing/index.ts',
    ]);
    for (const barrel of barrels) expect(readFileSync(join(LIB, barrel), 'utf8')).not.toMatch(/export \*/);
  });

  it('keep the two deliveries apart', () => {
    const between = imports.filter(
      ({ from, target }) =>
        (from.includes('/smtp/') && target?.includes('/pickup/')) ||
        (from.includes('/pickup/') && target?.includes('/smtp/')),
    );
    expect(between).toEqual([]);
  });

  it.each([
    ['nodemailer', ['message/', 'delivery/smtp/']],
    ['handlebars', ['templates/']],
    ['html-to-text', ['templates/']],
    ['postal-mime', ['mailbox/read-mail.ts']],
    ['jsonc-parser', ['settings/json-settings-file.ts', 'templates/samples-json.ts']],
    [
      'node:fs',
      [
        'settings/json-settings-file.ts',
        'templates/',
        'delivery/pickup/',
        'message/attachment-source.ts',
        'relay/',
        'typing/declaration-on-disk.ts',
        'preview/mailbox/pickup-mailbox.ts',
      ],
    ],
    [
      '@nestjs',
      [
        'mail.',
        'relay/mail-relay',
        'relay/relay-log.ts',
        'health/mail-health-indicator.ts',
        'testing/mail-testing.module.ts',
        'cli/test-mailer.ts',
        'preview/mail-preview.',
      ],
    ],
  ])('use %s only where the architecture table says', (name, places) => {
    const users = imports.filter(
      ({ specifier, typeOnly }) => !typeOnly && (specifier === name || specifier.startsWith(`${name}/`)),
    );
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter(({ from }) => !places.some(place => from.startsWith(place)))).toEqual([]);
  });

  it('have no room without a subject', () => {
    const vague = sourceFiles(LIB).filter(file =>
      /(?:^|\/)(?:utils?|common|interfaces|shared|misc)(?:\/|\.ts$)/.test(file),
    );
    expect(vague).toEqual([]);
  });

  it('keep every file to one subject: none has more than 300 lines', () => {
    const long = sourceFiles(LIB).filter(
      file => readFileSync(join(LIB, file), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });

  it('hold no escape from the type checker and no module-level variable state', () => {
    const escapes = /\bas unknown as\b|@ts-ignore|@ts-nocheck|@ts-expect-error|\bas any\b|<any>/;
    const found = sourceFiles(LIB).filter(file => {
      const source = readFileSync(join(LIB, file), 'utf8');
      return (
        escapes.test(source) ||
        /^(?:export )?(?:let|var) /m.test(source) ||
        /^\s+static (?!readonly|async |create|open|load|for|from)/m.test(source)
      );
    });
    expect(found).toEqual([]);
  });
});
