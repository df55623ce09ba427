import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { secretsOf } from '../../../lib/core/message/message-secrets.js';
import { plainMessage } from '../../../lib/core/message/plain-message.js';
import { readMessage } from '../../../lib/core/message/read-message.js';
import { headersOf } from '../../support/eml.js';
import { compose } from '../mime/composing.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const URL_42 = 'https://contoso.com/off/42';

function refusal(unsubscribe: unknown, more: object = {}): MailMessageError {
  try {
    readMessage({ ...BASE, ...more, unsubscribe } as never, 'a@contoso.com');
  } catch (error) {
    if (error instanceof MailMessageError) return error;
    throw error;
  }
  throw new Error('It was taken.');
}

async function written(unsubscribe: object, more: object = {}): Promise<string[]> {
  const mail = await compose({ ...BASE, ...more, unsubscribe } as never);
  const bytes = await mail.bytes();
  expect(headersOf(bytes, 'List-Unsubscribe-Post')).toEqual(['List-Unsubscribe=One-Click']);
  return headersOf(bytes, 'List-Unsubscribe').map(value => value.replace(/\r\n/g, ''));
}

describe('The way to unsubscribe', () => {
  it.each([
    [{ url: URL_42 }, `<${URL_42}>`],
    [{ url: URL_42, mailto: 'off@contoso.com' }, `<${URL_42}>, <mailto:off@contoso.com>`],
    [
      { url: URL_42, mailto: 'off+4/2@bücher.example' },
      `<${URL_42}>, <mailto:off+4%2F2@xn--bcher-kva.example>`,
    ],
    [
      { url: URL_42, mailto: 'mailto:off@contoso.com?subject=off%2042' },
      `<${URL_42}>, <mailto:off@contoso.com?subject=off%2042>`,
    ],
    [{ url: 'https://bücher.example/ü?a==?b' }, '<https://xn--bcher-kva.example/%C3%BC?a==?b>'],
    [{ url: `${URL_42}?for=ann@contoso.com` }, `<${URL_42}?for=ann@contoso.com>`],
    [{ url: new URL(URL_42), mailto: null }, `<${URL_42}>`],
    [{ url: `https://contoso.com/${'x'.repeat(900)}` }, `<https://contoso.com/${'x'.repeat(900)}>`],
  ])('%j stands in the header', async (unsubscribe, header) => {
    expect(await written(unsubscribe)).toEqual([header]);
  });

  it('stands beside headers of other names', async () => {
    expect(await written({ url: URL_42 }, { headers: { 'List-Id': '<news.contoso.com>' } })).toEqual([
      `<${URL_42}>`,
    ]);
  });

  it.each<[unknown, string, RegExp]>([
    ['https://contoso.com', 'unsubscribe', /must be \{ url/],
    [{}, 'unsubscribe.url', /is missing/],
    [{ url: 42 }, 'unsubscribe.url', /as a text/],
    [{ url: 'http://contoso.com/off/Token-0123456789' }, 'unsubscribe.url', /is http; one click needs https/],
    [{ url: 'https://ann:Token-0123456789@contoso.com/off' }, 'unsubscribe.url', /user or password/],
    [{ url: 'https://contoso.com@evil.example' }, 'unsubscribe.url', /user or password/],
    [{ url: 'https://contoso.com\\@evil.example/off' }, 'unsubscribe.url', /backslash/],
    [{ url: 'https://contoso.com/off\\42' }, 'unsubscribe.url', /backslash/],
    [{ url: 'mailto:off@contoso.com' }, 'unsubscribe.url', /whole https link/],
    [{ url: 'contoso.com/off' }, 'unsubscribe.url', /whole https link/],
    [{ url: 'https:contoso.com/off' }, 'unsubscribe.url', /whole https link/],
    [{ url: 'https://contoso.com/off/Token-0123456789 x' }, 'unsubscribe.url', /a blank in it/],
    [{ url: 'https://contoso.com/\r\nBcc: evil@x.com' }, 'unsubscribe.url', /a blank in it/],
    [{ url: 'https:///Token-0123456789' }, 'unsubscribe.url', /whole https link/],
    [{ url: `https://contoso.com/${'x'.repeat(1000)}` }, 'unsubscribe.url', /longer than the 970 characters/],
    [{ url: `https://contoso.com/${'x'.repeat(70_000)}` }, 'unsubscribe.url', /65,536 octets/],
    [{ url: URL_42, mailto: 'nobody' }, 'unsubscribe.mailto', /is no address/],
    [{ url: URL_42, mailto: 'a@b.com, c@d.com' }, 'unsubscribe.mailto', /is no address/],
    [{ url: URL_42, mailto: 'mailto:?subject=off' }, 'unsubscribe.mailto', /is no address/],
    [
      { url: URL_42, mailto: 'mailto:%ff@b.com' },
      'unsubscribe.mailto',
      /a percent sign that encodes nothing/,
    ],
    [{ url: URL_42, mailto: {} }, 'unsubscribe.mailto', /as a text/],
    [{ url: URL_42, link: 'x' }, 'unsubscribe.link', /is not known/],
  ])('%j is refused without showing a token', (unsubscribe, field, words) => {
    const error = refusal(unsubscribe);
    expect([error.code, error.field]).toEqual(['EMAILMESSAGE', field]);
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/Token|[\r\n]/);
  });

  it.each(['List-Unsubscribe', 'list-unsubscribe-post'])('is refused beside the header %s', name => {
    const value = /post/.test(name) ? 'List-Unsubscribe=One-Click' : '<https://contoso.com/other>';
    const error = refusal({ url: URL_42 }, { headers: { [name]: value } });
    expect([error.code, error.field]).toEqual(['EMAILHEADER', `headers["${name}"]`]);
    expect(error.message).toMatch(/by the field unsubscribe/);
  });

  it('is a secret with the token in it', () => {
    const { message } = plainMessage({ ...BASE, unsubscribe: { url: `${URL_42}?t=Token-0123456789` } });
    expect(secretsOf(message)).toEqual([`${URL_42}?t=Token-0123456789`, 'Token-0123456789']);
  });
});
