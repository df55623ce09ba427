import { describe, expect, it } from '@jest/globals';
import { readMailboxes } from '../../../lib/core/message/mailbox-list.js';
import { messageErrorOf } from '../mime/composing.js';

describe('the mailboxes of a field', () => {
  it.each([
    ['a text', 'Ann <a@b.com>', [{ name: 'Ann', address: 'a@b.com' }]],
    ['an object', { name: 'Ann', address: 'a@B.com' }, [{ name: 'Ann', address: 'a@b.com' }]],
    ['an object without a name', { address: 'a@b.com' }, [{ address: 'a@b.com' }]],
    ['an object with name null', { name: null, address: 'a@b.com' }, [{ address: 'a@b.com' }]],
    [
      'a mixed list',
      ['a@b.com', { name: 'C', address: 'c@d.com' }],
      [{ address: 'a@b.com' }, { name: 'C', address: 'c@d.com' }],
    ],
    ['an empty list', [], []],
    ['nothing', undefined, []],
    ['null', null, []],
  ])('may be %s', (_name, value, mailboxes) => {
    expect(readMailboxes('to', value)).toEqual(mailboxes);
  });

  it.each([
    ['a list in a text', 'a@b.com, c@d.com', 'to', 'a@b.com, c@d.com'],
    ['a header injection', 'u@ok.com\r\nBcc: evil@x', 'to', 'u@ok.com\\r\\nBcc: evil@x'],
    ['NUL', 'u@ok.com\0', 'to', 'u@ok.com\\u0000'],
    ['a bad item of a list', ['a@b.com', 'nobody'], 'to[1]', 'nobody'],
    ['a list in a list', [['a@b.com']], 'to[0]', 'an array of 1'],
    ['an item that is missing', ['a@b.com', undefined], 'to[1]', 'undefined'],
    ['a number', 5, 'to', '5'],
    ['an object without address', { name: 'Ann' }, 'to', 'a value of type object'],
    ['an address that is no text', { address: ['a@b.com'] }, 'to', 'a value of type object'],
    ['a name that is no text', { name: 5, address: 'a@b.com' }, 'to', 'a value of type object'],
    ['a bad address in an object', { address: 'a@b.com\r\n' }, 'to', 'a@b.com\\r\\n'],
    ['a bad name in an object', { name: 'A\nB', address: 'a@b.com' }, 'to', 'A\\nB <a@b.com>'],
    ['a group', { name: 'Team', group: [{ address: 'a@b.com' }] }, 'to', 'a value of type object'],
    ['an empty text', '', 'to', ''],
    ['a hostile 1 MB', `${'a'.repeat(1_000_000)}@b.com`, 'to', `${'a'.repeat(80)}… (1000006 characters)`],
  ])('are refused with field and value: %s', async (_name, value, field, shown) => {
    const error = await messageErrorOf(() => readMailboxes('to', value));
    expect([error.code, error.field, error.value]).toEqual(['EMAILADDRESS', field, shown]);
  });
});
