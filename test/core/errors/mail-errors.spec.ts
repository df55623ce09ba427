import { describe, expect, it } from '@jest/globals';
import { errnoOf, isErrorLike, messageOf } from '../../../lib/core/errors/error-facts.js';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';
import { MailError } from '../../../lib/core/errors/mail-error.js';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { MailSettingsError } from '../../../lib/core/errors/mail-settings-error.js';
import { MailTemplateError } from '../../../lib/core/errors/mail-template-error.js';

const cause = new Error('below');
const ERRORS: readonly [name: string, error: MailError, code: string][] = [
  [
    'MailSettingsError',
    new MailSettingsError([{ key: 'Port', message: 'is wrong' }], { cause }),
    'EMAILSETTINGS',
  ],
  ['MailTemplateError', new MailTemplateError('EMAILTEMPLATESYNTAX', 'x', { cause }), 'EMAILTEMPLATESYNTAX'],
  ['MailMessageError', new MailMessageError('EMAILADDRESS', 'to', 'x', { cause }), 'EMAILADDRESS'],
  [
    'MailDeliveryError',
    new MailDeliveryError('EMAILCONNECT', 'x', { phase: 'connect', retryable: true, cause }),
    'EMAILCONNECT',
  ],
];

describe('every error', () => {
  it.each(ERRORS)('is a MailError with name, code and cause: %s', (name, error, code) => {
    expect(error).toBeInstanceOf(MailError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.cause]).toEqual([name, code, cause]);
    expect(String(error)).toContain(name);
  });

  it('has no cause of its own accord', () => {
    expect(new MailMessageError('EMAILEMPTY', 'text', 'x')).not.toHaveProperty('cause');
  });
});

describe('MailSettingsError', () => {
  it('lists every problem in its message and as frozen data', () => {
    const problems = [
      { key: 'Port', message: 'is wrong' },
      { key: 'host', message: 'is missing' },
    ];
    const error = new MailSettingsError(problems);
    problems.pop();
    expect(error.message).toBe('The mail settings cannot be used:\n  - Port: is wrong\n  - host: is missing');
    expect(error.problems).toHaveLength(2);
    expect(Object.isFrozen(error.problems)).toBe(true);
  });
});

describe('MailMessageError', () => {
  it('names the field and shows the value shortened and escaped', () => {
    const error = new MailMessageError('EMAILADDRESS', 'to[1]', 'is no mailbox', {
      value: `a\r\n${'x'.repeat(500)}`,
    });
    expect(error.field).toBe('to[1]');
    expect(error.value).toMatch(/^a\\r\\nx{77}… \(503 characters\)$/);
    expect(error.message).toBe(`to[1]: is no mailbox (got: ${error.value})`);
  });

  it('shows no value where none is given', () => {
    const error = new MailMessageError('EMAILRESETLINK', 'token', 'is empty');
    expect([error.value, error.message]).toEqual([undefined, 'token: is empty']);
  });

  it('shows that the value was undefined', () => {
    expect(new MailMessageError('EMAILADDRESS', 'to', 'x', { value: undefined }).value).toBe('undefined');
  });
});

describe('MailTemplateError', () => {
  it('carries what it is told', () => {
    const details = {
      template: 'reset-password',
      part: 'html',
      culture: 'fr',
      file: '/x/html.fr.hbs',
      line: 3,
      column: 4,
      missing: 'displayName',
      searched: ['/x'],
    };
    expect(new MailTemplateError('EMAILTEMPLATEVARIABLE', 'x', details)).toMatchObject(details);
  });

  it('has searched nowhere when not told', () => {
    expect(new MailTemplateError('EMAILTEMPLATENAME', 'x').searched).toEqual([]);
  });
});

describe('MailDeliveryError', () => {
  it('carries what it is told', () => {
    const details = {
      phase: 'envelope' as const,
      retryable: 'unknown' as const,
      responseCode: 550,
      enhancedCode: '5.1.1',
      response: '550 5.1.1 no',
      recipients: [{ address: 'a@x.com', code: 550, retryable: false }],
      transcript: ['S: 220 hello'],
      messageId: '<1@x.com>',
    };
    expect(new MailDeliveryError('EMAILENVELOPE', 'x', details)).toMatchObject(details);
  });
});

describe('facts of anything thrown', () => {
  it('are read from errors of any realm', () => {
    const foreign = { message: 'no space', code: 'ENOSPC' };
    expect([isErrorLike(foreign), messageOf(foreign), errnoOf(foreign)]).toEqual([
      true,
      'no space',
      'ENOSPC',
    ]);
    expect([messageOf(cause), errnoOf(cause)]).toEqual(['below', undefined]);
  });

  it.each([['text'], [null], [undefined], [5], [{ message: 5 }]])('are poor for %j', thrown => {
    expect([isErrorLike(thrown), errnoOf(thrown), messageOf(thrown)]).toEqual([
      false,
      undefined,
      String(thrown),
    ]);
  });

  it('have no code that is not a text', () => {
    expect(errnoOf(Object.assign(new Error('x'), { code: 5 }))).toBeUndefined();
  });
});
