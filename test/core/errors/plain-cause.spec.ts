import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import { plainCause } from '../../../lib/core/errors/plain-cause.js';

it('Of an error of others its name, codes, system call and redacted message are kept, and nothing else', () => {
  const error = Object.assign(new TypeError('connect to s3cret failed'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    errno: -111,
    input: 'http://u:s3cret@h',
    options: { auth: 's3cret' },
    response: '535 s3cret',
    raw: Buffer.from('s3cret'),
  });
  const cause = plainCause(error, text => text.replaceAll('s3cret', '***'));
  expect(cause).toMatchObject({
    name: 'TypeError',
    message: 'connect to *** failed',
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  expect(Object.keys(cause).toSorted()).toEqual(['code', 'name', 'syscall']);
  expect(inspect(cause, { showHidden: true })).not.toContain('s3cret');
});
