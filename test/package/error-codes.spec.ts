import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { MAIL_ERROR_CODES } from '../../lib/core/errors/mail-error-code.js';
import { sourceFiles } from './source-files.js';

it('Every documented error code is thrown somewhere', () => {
  const lib = join(process.cwd(), 'lib');
  const sources = sourceFiles(lib).filter(
    file =>
      (file !== 'core/errors/mail-error-code.ts' && !/^core\/errors\/mail-\w+-error\.ts$/.test(file)) ||
      file === 'core/errors/mail-settings-error.ts',
  );
  const code = sources.map(file => readFileSync(join(lib, file), 'utf8')).join('\n');
  const codes = Object.keys(MAIL_ERROR_CODES);
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter(name => !code.includes(`'${name}'`))).toEqual([]);
});
