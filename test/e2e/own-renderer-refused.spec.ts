import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { MailModuleOptions } from 'nest-mailroom';
import {
  MailDeliveryError,
  MailHook,
  MailMessageError,
  MailTemplateError,
  TemplateRenderer,
} from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import type { Rendering } from '../support/own-renderers.js';
import { LetterRenderer, rendererReturning, thenable } from '../support/own-renderers.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const MESSAGE = { to: 'ann@contoso.com', template: 'welcome' };
const SETTINGS = { Host: '127.0.0.1', FromAddress: 'a@example.com' };
const GIF = { filename: 'a.gif', contentType: 'image/gif', cid: 'a', content: 'GIF89a' };

async function refused(options: MailModuleOptions, message: object = {}): Promise<unknown> {
  const sink = await bench.sink();
  const { mail } = await bench.against(sink, {}, options);
  const error = await rejection(mail.send({ ...MESSAGE, culture: 'fr', ...message }));
  expect(sink.connections).toBe(0);
  return error;
}

const unreadable = new Proxy(
  {},
  {
    get(_target, name) {
      if (name === 'then') return undefined;
      throw new Error('no getter');
    },
  },
);

describe('What a renderer returns', () => {
  it.each<[string, unknown, string, string]>([
    [
      'a text',
      '<p>Hello</p>',
      'EMAILTEMPLATERENDERER',
      'must return { subject, html, text }, but has returned a text',
    ],
    ['an empty text', '', 'EMAILTEMPLATERENDERER', 'but has returned an empty text'],
    ['a number', 7, 'EMAILTEMPLATERENDERER', 'but has returned 7'],
    ['false', false, 'EMAILTEMPLATERENDERER', 'but has returned false'],
    ['a list', [{ subject: 's' }], 'EMAILTEMPLATERENDERER', 'but has returned a list'],
    ['a function', () => 'x', 'EMAILTEMPLATERENDERER', 'but has returned a function'],
    ['an unreadable object', unreadable, 'EMAILTEMPLATERENDERER', 'whose fields cannot be read'],
    ['no subject', { html: '<p>x</p>' }, 'EMAILTEMPLATERENDERER', 'has returned no subject'],
    ['null for a subject', { subject: null, text: 'x' }, 'EMAILTEMPLATERENDERER', 'has returned no subject'],
    [
      'an empty subject',
      { subject: ' ', text: 'x' },
      'EMAILTEMPLATERENDERER',
      'has returned an empty subject',
    ],
    [
      'a subject that is none',
      { subject: 7, text: 'x' },
      'EMAILTEMPLATERENDERER',
      'subject that must be a text, but is 7',
    ],
    [
      'a subject of two lines',
      { subject: 'a\r\nBcc: eve@example.org', text: 'x' },
      'EMAILTEMPLATERENDERER',
      'cannot stand in a header',
    ],
    [
      'a subject with a line feed',
      { subject: 'a\nb', text: 'x' },
      'EMAILTEMPLATERENDERER',
      'cannot stand in a header',
    ],
    [
      'a subject that deceives',
      { subject: 'a\u202eb', text: 'x' },
      'EMAILTEMPLATERENDERER',
      'cannot stand in a header',
    ],
    [
      'a subject that is too long',
      { subject: 'a'.repeat(70_000), text: 'x' },
      'EMAILTEMPLATERENDERER',
      'cannot stand in a header',
    ],
    [
      'a promise of HTML',
      { subject: 's', html: Promise.resolve('<p>x</p>') },
      'EMAILTEMPLATERENDERER',
      'html that must be a text, but is a Promise; await it',
    ],
    [
      'octets',
      { subject: 's', html: Buffer.from('<p>x</p>') },
      'EMAILTEMPLATERENDERER',
      'html that must be a text, but is a Uint8Array',
    ],
    [
      'a text that is none',
      { subject: 's', html: '<p>x</p>', text: {} },
      'EMAILTEMPLATERENDERER',
      'text that must be a text, but is an object',
    ],
    ['no body', { subject: 's' }, 'EMAILTEMPLATEEMPTY', 'has returned no content'],
    [
      'blank bodies',
      { subject: 's', html: ' \n', text: '\t' },
      'EMAILTEMPLATEEMPTY',
      'has returned no content',
    ],
    [
      'HTML under another name',
      { subject: 's', HTML: '<p>x</p>' },
      'EMAILTEMPLATEEMPTY',
      'has returned no content',
    ],
    [
      '100 MB of HTML',
      { subject: 's', html: 'x'.repeat(100 * 1024 * 1024), text: 'x' },
      'EMAILTEMPLATERENDERER',
      'html of 104857600 characters; 33554432 are the most',
    ],
    [
      '100 MB of text',
      { subject: 's', text: 'x'.repeat(100 * 1024 * 1024) },
      'EMAILTEMPLATERENDERER',
      'text of 104857600 characters',
    ],
    [
      'HTML too long for a text part',
      { subject: 's', html: `<p>${'x'.repeat(5 * 1024 * 1024)}` },
      'EMAILTEMPLATETEXT',
      'it has more than 4 million characters; give it a text',
    ],
    [
      'HTML nested too deeply',
      { subject: 's', html: '<div>'.repeat(200_000) },
      'EMAILTEMPLATETEXT',
      'no text part can be made',
    ],
    [
      'a culture that is none',
      { subject: 's', text: 'x', culture: 'fr" onload="x' },
      'EMAILTEMPLATERENDERER',
      'a culture that is no language tag',
    ],
    [
      'a culture of another type',
      { subject: 's', text: 'x', culture: 7 },
      'EMAILTEMPLATERENDERER',
      'must be a language tag, but is 7',
    ],
    [
      'attachments that are no list',
      { subject: 's', text: 'x', attachments: GIF },
      'EMAILTEMPLATERENDERER',
      'attachments: must be an array',
    ],
    [
      'a Content-ID with a line end',
      { subject: 's', text: 'x', attachments: [{ ...GIF, cid: 'x>\r\nBcc: eve' }] },
      'EMAILTEMPLATERENDERER',
      'attachments[0].cid',
    ],
    [
      'an attachment without a Content-ID',
      { subject: 's', text: 'x', attachments: [{ ...GIF, cid: undefined }] },
      'EMAILTEMPLATERENDERER',
      'attachments[0] that lacks filename, contentType or cid',
    ],
    [
      'one Content-ID twice',
      { subject: 's', text: 'x', attachments: [GIF, GIF] },
      'EMAILTEMPLATERENDERER',
      'attachments[1].cid',
    ],
    [
      'an attachment from the network',
      {
        subject: 's',
        text: 'x',
        attachments: [{ ...GIF, content: undefined, path: 'https://x.example/a.gif' }],
      },
      'EMAILTEMPLATERENDERER',
      'is a URL',
    ],
  ])('is refused before anything leaves: %s', async (_what, answer, code, words) => {
    const error = await refused(rendererReturning(answer));
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({ code, template: 'welcome', culture: 'fr' });
    expect((error as Error).message).toContain('The renderer LetterRenderer ');
    expect((error as Error).message).toContain('(template "welcome", culture fr)');
    expect((error as Error).message).toContain(words);
  });

  it('is refused when it shows a file that does not travel with the mail', async () => {
    const error = await refused(rendererReturning({ subject: 's', html: '<img src="cid:logo">' }));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILATTACHMENT', field: 'html' });
    expect((error as Error).message).toContain('shows "cid:logo"');
  });
});

describe('A renderer that fails', () => {
  const thrown: [string, unknown, string][] = [
    ['an Error', new TypeError('x is not a function'), 'failed: x is not a function'],
    ['a text', 'no', 'failed: no'],
    ['nothing', undefined, 'failed: undefined'],
    ['an object', { code: 7 }, 'failed: [object Object]'],
    ['an object without a prototype', Object.create(null), 'failed: something that is no error was thrown'],
  ];
  const ways: [string, (error: unknown) => Rendering][] = [
    [
      'throws',
      error => () => {
        throw error;
      },
    ],
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- anything can be thrown
    ['rejects with', error => () => Promise.reject(error)],
    ['answers with a thenable that fails with', error => () => thenable((_, fail) => fail(error))],
  ];

  it.each(
    ways.flatMap(([way, make]) =>
      thrown.map(([what, error, words]) => [way, what, make(error), error, words] as const),
    ),
  )('is named in the error when it %s %s', async (_way, _what, rendering, cause, words) => {
    const error = await refused({ renderer: new LetterRenderer(rendering) });
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({ code: 'EMAILTEMPLATERENDERER', template: 'welcome', culture: 'fr' });
    expect((error as Error).message).toBe(
      `The renderer LetterRenderer ${words} (template "welcome", culture fr).`,
    );
    expect((error as Error).cause).toBe(cause);
  });

  it('by an error of this package is not hidden behind another one', async () => {
    const own = new MailTemplateError('EMAILTEMPLATEVARIABLE', 'name is missing', { missing: 'name' });
    const renderer = new LetterRenderer(() => Promise.reject(own));
    expect(await refused({ renderer })).toBe(own);
  });

  it('with a proxy that throws whatever is asked of it harms nobody else', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const renderer = new LetterRenderer(() => {
      throw proxy as Error;
    });
    const error = await refused({ renderer }, { secrets: ['s3cr3t-word'] });
    expect(error).toMatchObject({ code: 'EMAILTEMPLATERENDERER' });
    expect(error).not.toHaveProperty('cause');
  });

  it('in languageBelow() fails the mail of several languages', async () => {
    class Speaking extends LetterRenderer {
      override languageBelow(): never {
        throw new Error('no words');
      }
    }
    const renderer = new Speaking(() => undefined);
    const sink = await bench.sink();
    const MailSettings = { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' };
    const { mail } = await bench.app(
      { MailSettings, NotificationSettings: { Cultures: ['en', 'fr'] } },
      { renderer },
    );
    const error = await rejection(
      mail.sendResetPassword({
        to: 'ann@contoso.com',
        displayName: 'Ann',
        resetUrl: 'https://contoso.com/x',
      }),
    );
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATERENDERER',
      message: expect.stringContaining('no words'),
    });
    expect(sink.connections).toBe(0);
  });
});

describe('Secrets of a message', () => {
  const SECRET = 'pa55-w0rd-of-ann';

  /** As engines fail: with what they were given in the message, the stack, fields, and the causes of causes. */
  class EngineError extends Error {
    readonly errors = [{ line: 1, formattedMessage: `Line 1: ${SECRET}` }];
    readonly props = { password: SECRET };
    constructor(quoting: 'message' | 'stack' | 'fields' | 'cause') {
      super(
        quoting === 'message' ? `Objects are not valid: ${SECRET}` : 'Objects are not valid',
        quoting === 'cause' ? { cause: new Error('below', { cause: { text: SECRET } }) } : undefined,
      );
      if (quoting !== 'fields') Object.assign(this, { errors: undefined, props: undefined });
      if (quoting === 'stack') this.stack = `${this.stack}\n    at <Welcome password="${SECRET}">`;
    }
  }

  it.each(['message', 'stack', 'fields', 'cause'] as const)(
    'stand in no error, whatever the engine quotes: in its %s',
    async quoting => {
      const rendering = async (): Promise<never> => {
        throw new EngineError(quoting);
      };
      const sink = await bench.sink();
      const { mail, logger } = await bench.against(sink, {}, { renderer: new LetterRenderer(rendering) });
      const context = { password: SECRET };
      const errors = [
        await rejection(mail.send({ ...MESSAGE, context })),
        await rejection(mail.send({ ...MESSAGE, context: {}, secrets: [SECRET] })),
        await rejection(mail.render('welcome', context)),
      ];
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'EMAILTEMPLATERENDERER' });
        expect((error as Error).message).toContain('Objects are not valid');
        const { stack, cause } = error as Error;
        const all = [
          inspect(error, { depth: 20, showHidden: true }),
          JSON.stringify(error),
          stack,
          inspect(cause, { depth: 20 }),
        ];
        expect(all.join('\n')).not.toContain(SECRET);
      }
      expect(inspect(logger, { depth: 20 })).not.toContain(SECRET);
    },
  );

  it('that are thrown by themselves are hidden, too', async () => {
    const rendering = (): never => {
      const thrown: unknown = SECRET;
      throw thrown;
    };
    const error = await refused(
      { renderer: new LetterRenderer(rendering) },
      { context: { password: SECRET } },
    );
    expect(inspect(error, { depth: 20 })).not.toContain(SECRET);
    expect(error).toMatchObject({ cause: '***' });
  });

  it.each<[string, () => unknown]>([
    [
      'of this package that nobody may change',
      () => Object.freeze(new MailTemplateError('EMAILTEMPLATERENDERER', SECRET, { template: 'welcome' })),
    ],
    ['that is no error and has no prototype', () => Object.assign(Object.create(null), { props: SECRET })],
  ])('in an error %s are hidden, and the log and the hooks are told as ever', async (_what, thrown) => {
    const told: unknown[] = [];
    class Told extends MailHook {
      override async onFailure(error: unknown): Promise<void> {
        told.push(error);
      }
    }
    const rendering = async (): Promise<never> => {
      throw thrown();
    };
    const sink = await bench.sink();
    const { mail, logger } = await bench.against(
      sink,
      {},
      { renderer: new LetterRenderer(rendering), hooks: [Told] },
    );
    const error = await rejection(mail.send({ ...MESSAGE, context: { password: SECRET } }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATERENDERER' });
    expect(told).toEqual([error]);
    expect(inspect(error, { depth: 20 })).not.toContain(SECRET);
    expect(inspect(logger, { depth: 20 })).toContain('failed EMAILTEMPLATERENDERER');
  });

  it('in a subject that is refused stand in no error, not even by half', async () => {
    const subject = `${'x'.repeat(70)}${SECRET}\n`;
    const error = await refused(rendererReturning({ subject, text: 'x' }), { context: { password: SECRET } });
    expect(inspect(error, { depth: 20 })).not.toContain(SECRET.slice(0, 6));
  });
});

describe('The start refuses', () => {
  const WORDS = 'renderer: must be a class that extends TemplateRenderer, or an instance of one';

  it.each<[string, unknown, string]>([
    ['a text', 'mjml', `${WORDS}, but is a text`],
    ['an arrow function', () => ({}), `${WORDS}, but is a function`],
    ['a class of JavaScript', Object, WORDS],
    ['an object without render', { renders() {} }, `${WORDS}, but is an object`],
    ['null', null, `${WORDS}, but is null`],
    ['a list', [], `${WORDS}, but is a list`],
    ['a class without render', class Foo {}, `${WORDS}, but has no render`],
    [
      'a class whose render is no function',
      class Foo {
        render = 'x';
      },
      `${WORDS}, but has no render`,
    ],
  ])('%s for a renderer, in words', async (_what, renderer, words) => {
    const error = await rejection(bench.app(SETTINGS, { renderer } as MailModuleOptions));
    expect(error).toMatchObject({ code: 'EMAILSETTINGS' });
    expect((error as Error).message).toContain(words);
  });

  it('a renderer whose constructor throws, with its error', async () => {
    const failure = new Error('no engine here');
    class Broken extends TemplateRenderer {
      constructor() {
        super();
        throw failure;
      }
      override async render() {
        return undefined;
      }
    }
    expect(await rejection(bench.app(SETTINGS, { renderer: Broken }))).toBe(failure);
  });

  it('a renderer that needs what nobody provides', async () => {
    @Injectable()
    class Words {}
    @Injectable()
    class Needy extends TemplateRenderer {
      constructor(readonly words: Words) {
        super();
      }
      override async render() {
        return undefined;
      }
    }
    const error = await rejection(bench.app(SETTINGS, { renderer: Needy }));
    expect(String(error)).toContain('Words');
    expect(error).not.toBeInstanceOf(MailDeliveryError);
  });
});
