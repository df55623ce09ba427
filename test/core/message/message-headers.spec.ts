import { describe, expect, it } from '@jest/globals';
import { readHeaders } from '../../../lib/core/message/message-headers.js';
import { headerLines, headerOf, headersOf } from '../../support/eml.js';
import { messageErrorOf, PATHS, readAnything } from '../mime/composing.js';
import { decodeWords } from '../mime/encoded-words.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 't' } as const;

describe.each(PATHS)('the caller’s own headers, composed $path,', ({ composed }) => {
  it('are written in order, one line for each value', async () => {
    const { bytes } = await composed({ ...BASE, headers: { 'X-Campaign': 'autumn', 'X-Tag': ['a', 'b'] } });
    expect(headerOf(bytes, 'X-Campaign')).toBe('autumn');
    expect(headersOf(bytes, 'X-Tag')).toEqual(['a', 'b']);
  });

  it('come back as they were, whatever they hold', async () => {
    const value = 'Grüße  דוד 🎉 =?utf-8?Q?x?=';
    const { bytes } = await composed({ ...BASE, headers: { 'X-Note': value } });
    expect(decodeWords(headerOf(bytes, 'X-Note') ?? '')).toBe(value);
  });

  it('are not encoded where they hold a long link', async () => {
    const link = `<https://contoso.com/u?t=${'a'.repeat(200)}>`;
    const { bytes } = await composed({ ...BASE, headers: { 'List-Unsubscribe': link } });
    expect(headerOf(bytes, 'List-Unsubscribe')).toBe(link);
  });

  it('cannot end the headers or begin another one', async () => {
    const value = `x${' y'.repeat(400)}: Bcc: evil@x.com \t`;
    const { bytes } = await composed({ ...BASE, headers: { 'X-Note': [value, `é${value}`] } });
    const plain = await composed({ ...BASE, headers: { 'X-Note': ['a', 'b'] } });
    const namesOf = (octets: Buffer): string[] => headerLines(octets).map(({ name }) => name);
    expect(namesOf(bytes)).toEqual(namesOf(plain.bytes));
  });
});

describe('the caller’s own headers', () => {
  it('may be absent', () => {
    expect([readHeaders(undefined), readHeaders(null), readHeaders({})]).toEqual([[], [], []]);
  });

  it.each([
    ['Constructor', 'x'],
    ['ToString', 'x'],
    ['X-_.!~', 'x'],
  ])('may have any name that is a header name: %s', (name, value) => {
    expect(readHeaders({ [name]: value })).toEqual([[name, value]]);
  });

  it.each([
    ['From', 'from'],
    ['sender', 'sender'],
    ['TO', 'to'],
    ['Cc', 'cc'],
    ['Reply-To', 'replyTo'],
    ['Subject', 'subject'],
    ['Message-ID', 'messageId'],
    ['In-Reply-To', 'inReplyTo'],
    ['References', 'references'],
    ['X-Priority', 'priority'],
    ['Importance', 'priority'],
  ])('are refused where a field of the message writes them: %s', async (name, field) => {
    const error = await messageErrorOf(() => readAnything({ ...BASE, headers: { [name]: 'x@y.com' } }));
    expect([error.code, error.field]).toEqual(['EMAILHEADER', `headers["${name}"]`]);
    expect(error.message).toContain(`use the field "${field}"`);
  });

  it.each([
    ['Bcc'],
    ['bcc'],
    ['X-Sender'],
    ['X-Receiver'],
    ['x-receiver'],
    ['MIME-Version'],
    ['Return-Path'],
    ['Received'],
    ['Date'],
    ['Content-Type'],
    ['Content-Transfer-Encoding'],
    ['Resent-Bcc'],
    ['Resent-To'],
  ])('are refused where they steer delivery or structure: %s', async name => {
    const error = await messageErrorOf(() => readAnything({ ...BASE, headers: { [name]: 'x@y.com' } }));
    expect([error.code, error.field]).toEqual(['EMAILHEADER', `headers["${name}"]`]);
  });

  it.each([[''], ['X Y'], ['X:Y'], ['X-Ü'], ['X\r\nBcc'], ['Bcc '], ['X\0'], ['x'.repeat(77)]])(
    'are refused with a name that is none: %j',
    async name => {
      const error = await messageErrorOf(() => readAnything({ ...BASE, headers: { [name]: 'x' } }));
      expect([error.code, error.field]).toEqual(['EMAILHEADER', 'headers']);
      expect(error.message).not.toMatch(/[\r\n\0]/);
    },
  );

  it.each([
    ['a\r\nBcc: evil@x.com'],
    ['a\nb'],
    ['a\rb'],
    ['a\0b'],
    ['a\u001bb'],
    ['a\u007f'],
    ['a\u2028b'],
    [5],
    [null],
    [{}],
  ])('are refused with a value that is no line of text: %j', async value => {
    for (const given of [value, ['fine', value]]) {
      const error = await messageErrorOf(() => readAnything({ ...BASE, headers: { 'X-Note': given } }));
      expect([error.code, error.field]).toEqual(['EMAILHEADER', 'headers["X-Note"]']);
      expect(error.message).not.toMatch(/[\r\n\0]/);
    }
  });

  it.each([['X-A: b'], [['X-A']], [5]])('are refused when they are no object: %j', async headers => {
    const error = await messageErrorOf(() => readAnything({ ...BASE, headers }));
    expect([error.code, error.field]).toEqual(['EMAILHEADER', 'headers']);
  });
});
