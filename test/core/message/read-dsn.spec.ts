import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { readMessage } from '../../../lib/core/message/read-message.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const read = (dsn: unknown) => readMessage({ ...BASE, dsn } as never, 'a@contoso.com').dsn;

function refusal(dsn: unknown): MailMessageError {
  try {
    read(dsn);
  } catch (error) {
    if (error instanceof MailMessageError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('A request for reports of delivery', () => {
  it.each([
    [{ notify: ['never'] }, { notify: ['never'] }],
    [
      { notify: ['success', 'failure', 'delay'], ret: 'headers', envid: 'order 42+a=b' },
      { notify: ['success', 'failure', 'delay'], ret: 'headers', envid: 'order 42+a=b' },
    ],
    [
      { notify: ['failure', 'failure'], ret: 'full' },
      { notify: ['failure'], ret: 'full' },
    ],
    [
      { notify: ['delay'], ret: null, envid: 'x'.repeat(100) },
      { notify: ['delay'], envid: 'x'.repeat(100) },
    ],
    [null, undefined],
  ])('is taken: %j', (dsn, expected) => {
    expect(read(dsn)).toEqual(expected);
  });

  it.each<[unknown, string, RegExp]>([
    ['failure', 'dsn', /must be \{ notify/],
    [['failure'], 'dsn', /must be \{ notify/],
    [{}, 'dsn.notify', /must be an array of never, success, failure, delay$/],
    [{ notify: 'failure' }, 'dsn.notify', /must be an array/],
    [{ notify: [] }, 'dsn.notify', /is empty; .* \['never'\]/],
    [{ notify: ['failure', 'never'] }, 'dsn.notify', /never beside others/],
    [{ notify: ['success', 'FAILURE'] }, 'dsn.notify[1]', /must be one of/],
    [{ notify: Array.from({ length: 2 }) }, 'dsn.notify[0]', /must be one of/],
    [{ notify: Array.from({ length: 100 }, () => 'delay') }, 'dsn.notify', /more items/],
    [{ notify: ['failure'], ret: 'hdrs' }, 'dsn.ret', /"full" or "headers"/],
    [{ notify: ['failure'], envid: '' }, 'dsn.envid', /printable ASCII/],
    [{ notify: ['failure'], envid: 'ü' }, 'dsn.envid', /printable ASCII/],
    [{ notify: ['failure'], envid: 'a\r\nRCPT TO:<evil@x.com>' }, 'dsn.envid', /printable ASCII/],
    [{ notify: ['failure'], envid: 42 }, 'dsn.envid', /printable ASCII/],
    [{ notify: ['failure'], envid: 'x'.repeat(101) }, 'dsn.envid', /more than the 100 characters/],
    [{ notify: ['failure'], envid: '='.repeat(34) }, 'dsn.envid', /count three times/],
    [{ notify: ['failure'], orcpt: 'x' }, 'dsn.orcpt', /is not known/],
  ])('is refused: %j', (dsn, field, words) => {
    const error = refusal(dsn);
    expect([error.code, error.field]).toEqual(['EMAILMESSAGE', field]);
    expect(error.message).toMatch(words);
  });
});
