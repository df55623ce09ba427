import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { glossary, packageRows, roomRows, strangers } from './architecture-page.js';
import { importsBelow, sourceFiles } from './source-files.js';

const LIB = join(process.cwd(), 'lib');
const imports = importsBelow(LIB);
const rooms = roomRows();

/** The room of a file: a file of the core belongs to the room below `core/`. */
function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'core' ? `core/${second}` : first;
}

/** The imports that one room makes of another. */
const between = imports.flatMap(({ from, target }) =>
  target === undefined || roomOf(from) === roomOf(target)
    ? []
    : [{ from, target, room: roomOf(from), other: roomOf(target) }],
);

/** Whether a file only lists public names. */
const isList = (file = ''): boolean => /(?:^|\/)index\.ts$/.test(file);

const folders = (path: string): string[] =>
  readdirSync(join(LIB, path), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);

describe('The rooms of lib/', () => {
  it('are exactly those of the architecture page', () => {
    const found = [
      'index.ts',
      ...folders('.').filter(name => name !== 'core'),
      ...folders('core').map(name => `core/${name}`),
    ];
    expect(rooms.map(({ room }) => room).toSorted()).toEqual(found.toSorted());
  });

  it('are what exports and bin of package.json name, and the core', () => {
    const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
      bin: Record<string, string>;
    };
    const subpaths = Object.keys(manifest.exports).filter(key => key !== '.' && !key.endsWith('.json'));
    const commands = Object.values(manifest.bin).map(path => path.split('/')[2] ?? '');
    expect(readdirSync(LIB).toSorted()).toEqual(
      ['core', 'index.ts', ...subpaths.map(key => key.slice(2)), ...commands].toSorted(),
    );
  });

  it('import only the rooms that the architecture page allows, types included', () => {
    const allowed = new Map(rooms.map(({ room, mayImport }) => [room, mayImport]));
    const wrong = between.filter(({ room, other }) => {
      const may = allowed.get(room) ?? [];
      return !may.includes(other) && !(may.includes('core') && other.startsWith('core/'));
    });
    expect(between.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('stand on the architecture page from the top floor to the ground', () => {
    const places = new Map(rooms.map(({ room }, index) => [room, index]));
    const upwards = between.filter(
      ({ room, other }) => room.startsWith('core/') && (places.get(other) ?? 0) < (places.get(room) ?? 0),
    );
    expect(upwards).toEqual([]);
  });

  it('let nothing import a file that only lists public names', () => {
    expect(imports.filter(({ target }) => isList(target))).toEqual([]);
  });

  it('list public names for the package and its subpaths alone, one by one', () => {
    const lists = sourceFiles(LIB).filter(file => isList(file));
    expect(lists.toSorted()).toEqual([
      'health/index.ts',
      'index.ts',
      'preview/index.ts',
      'queue/index.ts',
      'relay/index.ts',
      'testing/index.ts',
    ]);
    for (const list of lists) expect(readFileSync(join(LIB, list), 'utf8')).not.toMatch(/export \*/);
  });

  it.each(strangers())('keep %s and %s apart', (one, other) => {
    expect(sourceFiles(LIB).filter(file => file.startsWith(one)).length).toBeGreaterThan(1);
    const wrong = imports.filter(
      ({ from, target }) =>
        (from.startsWith(one) && target?.startsWith(other)) ||
        (from.startsWith(other) && target?.startsWith(one)),
    );
    expect(wrong).toEqual([]);
  });

  it('have no room without a subject', () => {
    const vague = sourceFiles(LIB).filter(file =>
      /(?:^|\/)(?:utils?|helpers?|common|interfaces|shared|misc)(?:\/|\.ts$)/.test(file),
    );
    // The helpers that templates may call are a subject of their own.
    expect(vague.filter(file => !file.startsWith('core/templates/helpers/'))).toEqual([]);
  });
});

it('The architecture page explains at most 30 words, in alphabetical order', () => {
  const words = glossary();
  expect(words.length).toBeGreaterThan(10);
  expect(words.length).toBeLessThanOrEqual(30);
  expect(words).toEqual(words.toSorted());
});

describe('The packages', () => {
  const rows = packageRows();
  const imported = (name: string): string[] =>
    imports
      .filter(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`))
      .map(({ from }) => from);

  it.each(rows.map(({ name, places }) => [name, places] as const))(
    'use %s only where the architecture page says',
    (name, places) => {
      const users = imported(name);
      const wrong = users.filter(from => !places.some(place => from === place || from.startsWith(place)));
      expect(wrong).toEqual([]);
    },
  );

  it.each(rows.flatMap(({ name, places }) => places.map(place => [name, place] as const)))(
    'use %s in %s, as the architecture page says',
    (name, place) => {
      expect(imported(name).some(from => from === place || from.startsWith(place))).toBe(true);
    },
  );

  it('of package.json all stand on the architecture page, but for what Nest itself needs', () => {
    const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
      name => name !== 'reflect-metadata' && name !== 'rxjs',
    );
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });
});

describe('The files of lib/', () => {
  it('have one subject each: none has more than 300 lines', () => {
    const long = sourceFiles(LIB).filter(
      file => readFileSync(join(LIB, file), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });

  it('have no class that holds more than 8 private fields', () => {
    const crowded = sourceFiles(LIB).flatMap(file =>
      readFileSync(join(LIB, file), 'utf8')
        .split(/^(?=(?:export )?(?:abstract )?class )/m)
        .map(source => ({
          file,
          fields: [...source.matchAll(/^ {2}(?:readonly |static )*#\w+ *[=:;?]/gm)].length,
        }))
        .filter(({ fields }) => fields > 8),
    );
    expect(crowded).toEqual([]);
  });

  it('listen to signals, and make reasons of time limits, in core/concurrency alone', () => {
    const idioms = /addEventListener\('abort'|AbortSignal\.(?:any|timeout)\(|name(?::| =) 'TimeoutError'/;
    const found = sourceFiles(LIB).filter(file => idioms.test(readFileSync(join(LIB, file), 'utf8')));
    expect(found.filter(file => !file.startsWith('core/concurrency/'))).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });

  it('call things by the words of the field, not by those that they had before', () => {
    const former =
      /berth|sightings?\b|after.?word|last.?word|\blanes?\b|hungry|signal.?fan|waiting.?line|audience|\bbell\b|ledger|scenes?\b|\btrials\b/i;
    expect(sourceFiles(LIB).filter(file => former.test(readFileSync(join(LIB, file), 'utf8')))).toEqual([]);
  });

  it('ask URL.canParse nothing, which Node.js 20 answers wrongly for letters of Latin-1', () => {
    const asking = sourceFiles(LIB).filter(file =>
      /URL\.canParse\(/.test(readFileSync(join(LIB, file), 'utf8')),
    );
    expect(asking).toEqual([]);
  });

  it('ask where their module is in the command line alone, for an application may be one file of CommonJS', () => {
    const asking = sourceFiles(LIB).filter(file =>
      /import\.meta/.test(readFileSync(join(LIB, file), 'utf8').replace(/^ *(?:\/?\*|\/\/).*$/gm, '')),
    );
    // The build puts a module of texts in the place of the second one.
    expect(asking.toSorted()).toEqual(['cli/package-version.ts', 'core/templates/files/built-in-texts.ts']);
  });

  it('hold no escape from the type checker and no module-level variable state', () => {
    const escapes = /\bas unknown as\b|@ts-ignore|@ts-nocheck|@ts-expect-error|\bas any\b|<any>/;
    const found = sourceFiles(LIB).filter(file => {
      const source = readFileSync(join(LIB, file), 'utf8');
      return (
        escapes.test(source) ||
        /^(?:export )?(?:let|var) /m.test(source) ||
        /^\s+static (?!readonly|async |create|open|load|for|from|registry)/m.test(source)
      );
    });
    expect(found).toEqual([]);
  });
});
