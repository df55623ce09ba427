import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { hideInError } from '../../../lib/core/errors/hide-in-error.js';
import type { MailError } from '../../../lib/core/errors/mail-error.js';
import { MailTemplateError } from '../../../lib/core/errors/mail-template-error.js';

const SECRET = 'pa55-w0rd-of-ann';
const LINK = `https://contoso.com/reset?token=${SECRET}`;
const redact = (text: string): string => text.replaceAll(SECRET, '***');

const failed = (cause?: unknown, words = 'The renderer failed.'): MailTemplateError =>
  new MailTemplateError('EMAILTEMPLATERENDERER', words, { template: 'welcome', cause });

function printed(error: MailError): string {
  return [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), error.stack].join('\n');
}

/** An error of others with a field. */
const holding = (field: unknown): Error => Object.assign(new Error('no such thing'), { field });

function withGetter(name: string): Error {
  return Object.defineProperty(new Error(`with ${SECRET}`), name, {
    get: () => {
      throw new Error(`unreadable: ${SECRET}`);
    },
  });
}

describe('A cause that shows a secret is replaced', () => {
  it.each<[string, () => unknown]>([
    ['in a URL', () => holding(new URL(LINK))],
    ['in the parameters of one', () => holding(new URL(LINK).searchParams)],
    ['in headers', () => holding(new Headers({ authorization: SECRET }))],
    // oxlint-disable-next-line no-new-wrappers, unicorn/new-for-builtins -- what is meant here
    ['in a text that is an object', () => holding(new String(SECRET))],
    ['in the value of a promise', () => holding(Promise.resolve(SECRET))],
    ['below a symbol', () => Object.assign(new Error('x'), { [Symbol('props')]: SECRET })],
    ['as the name of a field', () => holding({ [SECRET]: true })],
    ['in a field of a function', () => holding(Object.assign(() => {}, { props: SECRET }))],
    ['in its name', () => Object.assign(new Error('x'), { name: SECRET })],
    ['in its code', () => Object.assign(new Error('x'), { code: SECRET })],
    ['in an object without a prototype', () => Object.assign(Object.create(null) as object, { at: SECRET })],
    [
      'in what its toString throws',
      () => ({
        at: SECRET,
        toString: () => {
          throw new Error(SECRET);
        },
      }),
    ],
    ['beside a name that cannot be read', () => withGetter('name')],
    ['beside a code that cannot be read', () => withGetter('code')],
  ])('%s', (_where, cause) => {
    const error = hideInError(failed(cause()), redact);
    expect(printed(error)).not.toContain(SECRET);
    expect(error).toMatchObject({ code: 'EMAILTEMPLATERENDERER', message: 'The renderer failed.' });
    expect(error.cause).toBeInstanceOf(Error);
  });
});

it('A cause that shows none stays what it is', () => {
  const cause = holding(new URL('https://contoso.com/'));
  expect(hideInError(failed(cause), redact).cause).toBe(cause);
});

describe('An error of this package that shows a secret', () => {
  it('is shown without it though nobody may change it, in a copy', () => {
    const given = Object.freeze(failed(new Error(`from ${SECRET}`), `It failed: ${SECRET}`));
    const error = hideInError(given, redact);
    expect(printed(error)).not.toContain(SECRET);
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({
      name: 'MailTemplateError',
      code: 'EMAILTEMPLATERENDERER',
      message: 'It failed: ***',
      template: 'welcome',
    });
  });

  it('shows it no more below one that it was thrown with', () => {
    const error = hideInError(failed(Object.freeze(failed(undefined, SECRET))), redact);
    expect(printed(error)).not.toContain(SECRET);
    expect(error.cause).toMatchObject({ message: '***', code: 'EMAILTEMPLATERENDERER' });
  });

  it('may have fields that hold themselves, and such as cannot be read', () => {
    const field: Record<string, unknown> = { at: SECRET };
    field.self = field;
    const given = Object.assign(failed(), { field, list: [{ props: { url: new URL(LINK) } }] });
    Object.defineProperty(given, 'closed', {
      enumerable: true,
      configurable: true,
      get: () => {
        throw new Error(SECRET);
      },
    });
    const error = hideInError(given, redact);
    expect(error).toBe(given);
    expect(printed(error)).not.toContain(SECRET);
    expect(error).toMatchObject({ closed: '***', field: { at: '***' } });
  });

  it('shows it no more in a stack that was written before its message was', () => {
    const given = failed(undefined, SECRET);
    given.message = 'It failed.';
    expect(printed(hideInError(given, redact))).not.toContain(SECRET);
  });
});

it('An error that shows no secret stays as it is, with all that it holds', () => {
  const given = Object.freeze(Object.assign(failed(), { at: new Date(0), bytes: Buffer.from('x') }));
  const error = hideInError(given, redact);
  expect(error).toBe(given);
  expect(error).toMatchObject({ at: new Date(0), bytes: Buffer.from('x') });
});
