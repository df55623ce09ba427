import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';
import { temporaryDirectory } from '../../../support/temporary-directory.js';
import type { ConsumerRow } from './consumer-rows.js';
import { CONSUMER_ROWS, rowName } from './consumer-rows.js';
import type { ConsumerTrial, ConsumerTrials } from './consumer-trials.js';
import { beginTrials } from './consumer-trials.js';

const WAIT_MS = 900_000;
/** Names of applications with commas between, for whoever works on one of them. */
const ONLY = process.env['CONSUMERS']?.split(',');
const rows = CONSUMER_ROWS.filter(({ consumer }) => ONLY?.includes(consumer) ?? true).map(
  row => [rowName(row), row] as const,
);

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly jest?: { readonly transformIgnorePatterns?: readonly string[] };
}

function manifest(text: string): Manifest {
  return JSON.parse(text) as Manifest;
}

/** How long each row took, in the order of the table. */
function figures(ended: readonly PromiseSettledResult<ConsumerTrial>[]): object[] {
  return ended.map((end, index) => ({
    row: rows[index]?.[0],
    ...(end.status === 'fulfilled' ? end.value.seconds : { failed: String(end.reason) }),
  }));
}

describe('An application that has the packed package', () => {
  let folder: TemporaryDirectory;
  let trials: ConsumerTrials;

  beforeAll(() => {
    folder = temporaryDirectory();
    // What lies above says nothing about the files below.
    folder.write('package.json', '{}');
    const packed = execFileSync(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder.path],
      { encoding: 'utf8' },
    );
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    trials = beginTrials(
      rows.map(([, row]) => row),
      folder.path,
      join(folder.path, filename),
    );
  });
  afterAll(async () => {
    const ended = await Promise.allSettled(trials.values());
    const file = process.env['CONSUMER_FIGURES'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(figures(ended), null, 2));
    folder.remove();
  }, WAIT_MS);

  async function trialOf(row: ConsumerRow): Promise<ConsumerTrial> {
    const trial = trials.get(row);
    if (!trial) throw new Error(`${rowName(row)} is not tried`);
    return trial;
  }

  it.each(rows)(
    'starts and sends: %s',
    async (_, row) => {
      const { seen } = await trialOf(row);
      expect(seen).toEqual({
        receipts: ['accepted', 'accepted', 'accepted', 'written'],
        subjects: [
          'By the folder',
          'Reset your password',
          'Réinitialisation de votre mot de passe',
          'Welcome, Zoë',
        ],
        texts: [
          'A file, which the relay sends.',
          expect.stringContaining('https://identity.contoso.com/reset-password?token=8e1f0c5a'),
          expect.stringContaining('Bonjour'),
          'Welcome, Zoë!',
        ],
        htmls: [
          false,
          expect.stringContaining('<html'),
          expect.stringContaining('lang="fr-CA"'),
          expect.stringContaining('<h1>Welcome, Zoë!</h1>'),
        ],
        health: 'ok',
        dryRun: 'Caught',
        previewed: 4,
        pages: [200, 200],
        complaints: '',
      });
    },
    WAIT_MS,
  );

  it.each(rows.filter(([, { build }]) => build === '`nest build`'))(
    'is what nest new generates, but for its mails: %s',
    async (_, row) => {
      const { generated } = await trialOf(row);
      const sources = join('test', 'consumers', row.consumer);
      const changed = [...(generated ?? [])].filter(([path, text]) => {
        const file = join(sources, path);
        return existsSync(file) && readFileSync(file, 'utf8') !== text;
      });
      expect(changed.map(([path]) => path).toSorted()).toEqual([
        'nest-cli.json',
        'package.json',
        'src/app.module.ts',
        ...(row.nest === 11 ? ['test/jest-e2e.json'] : []),
      ]);
      const ours = manifest(readFileSync(join(sources, 'package.json'), 'utf8'));
      const theirs = manifest(generated?.get('package.json') ?? '{}');
      const { transformIgnorePatterns, ...jest } = ours.jest ?? {};
      expect(transformIgnorePatterns).toEqual(
        row.nest === 11 ? ['/node_modules/(?!nest-mailroom/)'] : undefined,
      );
      expect(jest).toEqual(theirs.jest ?? {});
      for (const script of ['build', 'start:prod', 'test', 'test:e2e'])
        expect(ours.scripts?.[script]).toBe(theirs.scripts?.[script]);
      expect(ours.dependencies).toMatchObject(theirs.dependencies ?? {});
    },
    WAIT_MS,
  );

  it.each(rows.filter(([, { tests }]) => tests))(
    'passes its own tests: %s',
    async (_, row) => {
      const { tested } = await trialOf(row);
      expect(tested).toHaveLength(row.tests?.scripts.length ?? 0);
      for (const output of tested)
        expect(output).toMatch(
          /^(?:Tests: +\d+ passed, \d+ total| +Tests +\d+ passed \(\d+\)|(?:#|ℹ) pass [1-9]\d*)$/m,
        );
    },
    WAIT_MS,
  );

  it.each(rows.filter(([, { bundle }]) => bundle))(
    'is bundled without a warning about the package: %s',
    async (_, row) => {
      const { built } = await trialOf(row);
      expect(built).not.toMatch(/nest-mailroom\/dist/);
    },
    WAIT_MS,
  );

  it.each(rows.filter(([, { bundle, consumer }]) => bundle && consumer !== 'bundlers'))(
    'does not start without its own templates, and says what to do: %s',
    async (_, row) => {
      const { withoutTemplates } = await trialOf(row);
      expect(withoutTemplates).toMatch(/The template directory \/\S+-moved\/templates does not exist/);
      expect(withoutTemplates).toContain('assets');
      expect(withoutTemplates).toContain('templates.sources');
    },
    WAIT_MS,
  );
});
