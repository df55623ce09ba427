import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitRepository } from '../support/git-repository.js';
import { GIT_ENVIRONMENT, gitRepository } from '../support/git-repository.js';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const SCRIPT = join(process.cwd(), '.ci', 'commit-subjects.mjs');
const LONG = 'x'.repeat(73);

describe('The check of commit subjects', () => {
  let repository: GitRepository;
  beforeEach(() => {
    repository = gitRepository();
    const before = repository.commit(LONG, {});
    repository.commit('List it', { '.git-blame-ignore-revs': `# Moved files.\n${before}\n` });
  });
  afterEach(() => repository.remove());

  const check = (cwd = repository.path): Promise<RunResult> =>
    runNode([SCRIPT], { cwd, env: GIT_ENVIRONMENT });

  it('passes over what came before the first listed commit', async () => {
    expect(await check()).toMatchObject({ code: 0, stdout: '1 commits, no subject over 72 characters.\n' });
  });

  it('takes 72 characters, whatever their octets, and refuses 73', async () => {
    repository.commit('ä'.repeat(72), {});
    expect(await check()).toMatchObject({ code: 0 });
    repository.commit(LONG, {});
    const { code, stderr } = await check();
    expect(code).toBe(1);
    expect(stderr).toContain(`${repository.git('rev-parse', '--short', 'HEAD')} ${LONG}`);
  });

  it('looks in a shallow clone at the commits that are there', async () => {
    const { path, remove } = temporaryDirectory();
    try {
      repository.git('clone', '--quiet', '--depth', '1', `file://${repository.path}`, path);
      expect(await check(path)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 commits') });
      repository.commit(LONG, {});
      repository.git('clone', '--quiet', '--depth', '1', `file://${repository.path}`, join(path, 'again'));
      expect(await check(join(path, 'again'))).toMatchObject({ code: 1 });
    } finally {
      remove();
    }
  });

  it('says that it has looked at nothing where there is no history', async () => {
    const { path, remove } = temporaryDirectory();
    try {
      expect(await check(path)).toMatchObject({
        code: 0,
        stdout: 'No commit was looked at: there is no history of git here.\n',
      });
    } finally {
      remove();
    }
  });

  it('fails when the listed commit is none of a whole repository', async () => {
    repository.commit('List another', { '.git-blame-ignore-revs': `${'0'.repeat(40)}\n` });
    expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining('is no commit') });
  });
});
