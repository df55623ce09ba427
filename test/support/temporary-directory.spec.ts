import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { temporaryDirectory } from './temporary-directory.js';

it('a temporary directory is empty, takes files in subdirectories, and leaves nothing behind', () => {
  const directory = temporaryDirectory();
  expect(readdirSync(directory.path)).toEqual([]);
  const file = directory.write('a/b.txt', 'text');
  expect(readFileSync(file, 'utf8')).toBe('text');
  directory.remove();
  directory.remove();
  expect(existsSync(directory.path)).toBe(false);
});
