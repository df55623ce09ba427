import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitRepository } from '../support/git-repository.js';
import { GIT_ENVIRONMENT, gitRepository } from '../support/git-repository.js';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';

const SCRIPT = join(process.cwd(), '.ci', 'release.mjs');

const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
const manifests = (version: string): Record<string, string> => ({
  'package.json': json({ name: 'sample', version, dependencies: { other: '1.0.0' } }),
  'package-lock.json': json({
    name: 'sample',
    version,
    lockfileVersion: 3,
    packages: { '': { name: 'sample', version }, 'node_modules/other': { version: '1.0.0' } },
  }),
});

const HEAD = '# Changelog\n\nHow it is written.\n\n';
const NEWS = '### Added\n\n- A new thing.\n\n### Fixed\n\n- An old thing.';
const PAST = '## [1.4.0] - 2026-01-31\n\n- The past.\n';
const FILES = {
  ...manifests('1.4.0'),
  'CHANGELOG.md': `${HEAD}## [Unreleased]\n\n${NEWS}\n\n${PAST}`,
};

describe('npm run release', () => {
  let repository: GitRepository;
  beforeEach(() => {
    repository = gitRepository();
    repository.commit('Begin', FILES);
  });
  afterEach(() => repository.remove());

  const release = (...args: string[]): Promise<RunResult> =>
    runNode([SCRIPT, ...args], { cwd: repository.path, env: GIT_ENVIRONMENT });
  /** Everything that a release changes. */
  const state = (): string[] => [
    repository.git('log', '--format=%H'),
    repository.git('tag', '--list'),
    repository.git('status', '--porcelain'),
    ...Object.keys(FILES).map(file => repository.read(file)),
  ];
  /** Runs it, holds that nothing was changed, and returns what it said. */
  const refusal = async (...args: string[]): Promise<string> => {
    const before = state();
    const { code, stdout, stderr } = await release(...args);
    expect({ code, stdout, state: state() }).toEqual({ code: 1, stdout: '', state: before });
    return stderr;
  };

  it('moves what is unreleased under the version and the date, and leaves the rest as it is', async () => {
    expect(await release('1.5.0')).toMatchObject({ code: 0, stderr: '' });
    const changelog = repository.read('CHANGELOG.md');
    const date = /## \[1\.5\.0\] - (\d{4}-\d\d-\d\d)\n/.exec(changelog)?.[1] ?? 'none';
    expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(2 * 24 * 60 * 60 * 1000);
    expect(changelog).toBe(`${HEAD}## [Unreleased]\n\n## [1.5.0] - ${date}\n\n${NEWS}\n\n${PAST}`);
  });

  it('sets the version of the package alone, commits the three files and tags the commit', async () => {
    const { stdout } = await release('1.5.0');
    const expected = manifests('1.5.0');
    for (const [file, content] of Object.entries(expected)) expect(repository.read(file)).toBe(content);
    expect(repository.git('log', '-1', '--format=%s')).toBe('Release 1.5.0');
    expect(repository.git('show', '--format=', '--name-only').split('\n')).toEqual([
      'CHANGELOG.md',
      'package-lock.json',
      'package.json',
    ]);
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(repository.git('cat-file', '-t', 'v1.5.0')).toBe('tag');
    expect(repository.git('rev-parse', 'v1.5.0^{commit}')).toBe(repository.git('rev-parse', 'HEAD'));
    expect(stdout).toContain('Releasing sample 1.5.0 (package.json has 1.4.0).');
    expect(stdout).toContain(NEWS);
    expect(stdout).toContain('git push --follow-tags origin main');
  });

  it('says with --dry-run what it would do, and does nothing', async () => {
    const before = state();
    const { code, stdout } = await release('2.0.0-beta.1', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('Would release sample 2.0.0-beta.1');
    expect(stdout).toContain('would run: git tag --annotate v2.0.0-beta.1');
    expect(stdout).toContain('Nothing was changed.');
    expect(state()).toEqual(before);
  });

  it('takes the version that package.json was begun with for the first release', async () => {
    repository.commit('Begin anew', { 'CHANGELOG.md': `${HEAD}## [Unreleased]\n\n- All of it.\n` });
    expect(await release('1.4.0')).toMatchObject({ code: 0 });
    expect(repository.read('CHANGELOG.md')).toMatch(
      /## \[Unreleased\]\n\n## \[1\.4\.0\] - [-\d]+\n\n- All of it\.\n$/,
    );
  });

  it.each(['1.4.0', '1.3.9', '1.4.0-rc.1', '0.9.0'])('refuses %s after 1.4.0', async version => {
    expect(await refusal(version)).toContain('The version must be higher than 1.4.0');
  });

  it.each(['v1.5.0', '1.5', '1.05.0', 'next'])('refuses %s, which is no version', async version => {
    expect(await refusal(version)).toContain(`"${version}" is no version`);
  });

  it('orders versions before a release by their numbers, not by their letters', async () => {
    repository.commit('Go on', manifests('1.5.0-beta.9'));
    expect(await refusal('1.5.0-beta.8')).toContain('must be higher than 1.5.0-beta.9');
    expect(await release('1.5.0-beta.10')).toMatchObject({ code: 0 });
  });

  it('refuses a tree with changes that are not committed, and names them', async () => {
    repository.write({ 'new.txt': 'new' });
    expect(await refusal('1.5.0')).toContain('?? new.txt');
  });

  it('refuses when nothing but headings is unreleased', async () => {
    repository.commit('Empty', { 'CHANGELOG.md': `${HEAD}## [Unreleased]\n\n### Added\n\n${PAST}` });
    expect(await refusal('1.5.0')).toContain('CHANGELOG.md says nothing under [Unreleased].');
  });

  it('refuses on another branch than main, and a tag that is there already', async () => {
    repository.git('tag', 'v1.5.0');
    repository.git('checkout', '--quiet', '-b', 'feature');
    const said = await refusal('1.5.0');
    expect(said).toContain('this is feature');
    expect(said).toContain('The tag v1.5.0 exists already.');
  });

  it('says how it is used when there is no version or an unknown option', async () => {
    expect(await refusal()).toContain('Usage: npm run release -- VERSION [--dry-run]');
    expect(await refusal('1.5.0', '--force')).toContain("Unknown option '--force'");
  });

  it('puts the files back when a hook of the repository refuses the commit', async () => {
    repository.git('config', 'core.hooksPath', 'hooks');
    repository.commit('Guard', {
      'hooks/pre-commit': '#!/bin/sh\necho "not today" >&2\nexit 1\n',
    });
    repository.git('update-index', '--chmod=+x', 'hooks/pre-commit');
    repository.git('commit', '--quiet', '--no-verify', '--message', 'Arm the guard');
    repository.git('checkout', '--quiet', 'HEAD', '--', 'hooks');
    repository.git('reset', '--quiet', '--hard');
    const before = state();
    const { code, stderr } = await release('1.5.0');
    expect({ code, state: state() }).toEqual({ code: 1, state: before });
    expect(stderr).toContain('not today');
  });
});
