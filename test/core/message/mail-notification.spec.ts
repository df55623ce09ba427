import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { notificationMessage } from '../../../lib/core/message/mail-notification.js';

const RIGHT = { to: 'ann@contoso.com', title: 'Import', lines: ['It has finished.'] };
const LINK = 'https://contoso.com/imports/42';

function contextOf(notification: object): unknown {
  return notificationMessage(notification as never).context;
}

function refusal(notification: object): MailMessageError {
  try {
    notificationMessage({ ...RIGHT, ...notification } as never);
  } catch (error) {
    if (error instanceof MailMessageError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('A notification', () => {
  it.each([
    ['a table', { table: { columns: ['Who'], rows: [['Ann']] } }],
    ['a button', { action: { label: 'Open', url: LINK } }],
  ])('with %s can do without lines', (_what, shown) => {
    for (const lines of [undefined, null])
      expect(contextOf({ ...RIGHT, lines, ...shown })).toEqual({ title: 'Import', lines: [], ...shown });
  });

  it.each([
    [{ title: undefined }, 'title', 'is missing'],
    [{ title: null }, 'title', 'is missing'],
    [{ lines: undefined }, 'lines', 'is missing; give lines, a table or an action'],
    [{ lines: null, footer: 'f', greeting: 'g' }, 'lines', 'is missing'],
    [{ table: {} }, 'table.columns', 'is missing'],
    [{ table: { rows: [] } }, 'table.columns', 'is missing'],
    [{ table: { columns: ['Who'], rows: null } }, 'table.rows', 'is missing'],
    [{ action: { url: LINK } }, 'action.label', 'is missing'],
    [{ action: { label: 'Open' } }, 'action.url', 'is missing'],
    [{ action: { label: 'Open', link: LINK } }, 'action.link', 'is not known'],
  ])('%j is refused by the name of the field', (wrong, field, words) => {
    expect(refusal(wrong)).toMatchObject({
      code: 'EMAILMESSAGE',
      field,
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ['javascript:alert(1)', 'is a javascript: URL'],
    ['data:text/html,x', 'is a data: URL'],
    ['https://contoso.com@evil.example/Token-0123', 'holds a user before its host'],
    ['https://contoso.com\\@evil.example/Token-0123', 'holds a backslash'],
    ['https:///evil.example/Token-0123', 'has no host'],
    ['https://contoso.com/a b/Token-0123', 'white space'],
    ['/imports/Token-0123', 'not absolute'],
    ['', 'not absolute'],
  ])('whose button has the address %j is refused as action.url, without the address', (url, words) => {
    const error = refusal({ action: { label: 'Open', url } });
    expect(error).toMatchObject({
      code: 'EMAILMESSAGE',
      field: 'action.url',
      message: expect.stringContaining(words),
    });
    expect(String(error)).not.toContain('Token-0123');
  });

  it.each([LINK, new URL(LINK), 'mailto:help@contoso.com', 'http://localhost:3000/'])(
    'may have a button that leads to %s',
    url => {
      expect(contextOf({ ...RIGHT, action: { label: 'Open', url } })).toMatchObject({
        action: { label: 'Open', url: String(url) },
      });
    },
  );
});
