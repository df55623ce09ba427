import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.js';

/** Keeps the settings of whoever runs the tests out of a repository, and names an author. */
export const GIT_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@contoso.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@contoso.com',
};

/** A repository of git that belongs to one test. */
export interface GitRepository {
  /** Absolute path of its working tree. */
  readonly path: string;
  /** Runs git in it and returns what it wrote, without the last line end. */
  git(...args: string[]): string;
  /** Writes files by their names. */
  write(files: Readonly<Record<string, string>>): void;
  /** Writes files and commits everything. Returns the hash of the commit. */
  commit(subject: string, files: Readonly<Record<string, string>>): string;
  /** What stands in a file. */
  read(name: string): string;
  /** Removes it. */
  remove(): void;
}

/** Makes an empty repository with the branch `main` below the system's temporary directory. */
export function gitRepository(): GitRepository {
  const { path, write, remove } = temporaryDirectory();
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: path,
      encoding: 'utf8',
      env: { ...process.env, ...GIT_ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trimEnd();
  const writeAll = (files: Readonly<Record<string, string>>): void => {
    for (const [name, content] of Object.entries(files)) write(name, content);
  };
  git('init', '--quiet', '--initial-branch=main');
  return {
    path,
    git,
    write: writeAll,
    commit: (subject, files) => {
      writeAll(files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', subject);
      return git('rev-parse', 'HEAD');
    },
    read: name => readFileSync(join(path, name), 'utf8'),
    remove,
  };
}
