import { readdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailNotification, ResetPasswordMail, SendOptions } from 'nest-mailroom';
import { MailError, MailMessageError, MailTemplateError } from 'nest-mailroom';
import { HOSTILE_VALUES, refusing, revoked, throwing } from '../core/message/hostile-values.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const MAIL = { to: 'ann@example.com', subject: 's', text: 'x', attachments: [{ content: 'x' }] };
const NOTIFICATION = {
  to: 'ann@example.com',
  title: 't',
  lines: ['l'],
  table: { columns: ['c'], rows: [['r']] },
  action: { label: 'l', url: 'https://example.com/' },
};
const RESET = { to: 'ann@example.com', displayName: 'Ann', resetUrl: 'https://example.com/r/0123456789' };
const MESSAGE_FIELDS =
  'to cc bcc replyTo from sender subject html text template attachments headers priority messageId inReplyTo references envelopeFrom dsn alternatives unsubscribe automatic timeZone'.split(
    ' ',
  );
const ATTACHMENT_FIELDS = 'filename content path contentType cid'.split(' ');
const NOTIFICATION_FIELDS = 'title greeting lines table action footer severity to headers attachments'.split(
  ' ',
);
const RESET_FIELDS = 'to displayName token resetUrl login expiresAt applicationName applicationUri'.split(
  ' ',
);
/** Fields in which one of the hostile values is right, or is not looked at. */
const RIGHT = new Set(['expiresAt a number', 'content a text of 40 million characters']);

const bench = useMailBench();

async function start() {
  const folder = bench.folder();
  const { mail } = await bench.app({
    FromAddress: 'a@example.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder.path,
  });
  return { mail, folder };
}

/** Whatever JavaScript lets a caller hand over. */
const given = <T>(value: unknown): T => value as T;

/** A copy of an object with another value in a field. */
const having = (base: object, field: string, value: unknown): unknown => ({ ...base, [field]: value });

describe.each(HOSTILE_VALUES)('$called', ({ called, make }) => {
  it('is refused by name in every field of a message', async () => {
    const { mail, folder } = await start();
    for (const field of MESSAGE_FIELDS) {
      const base = field === 'template' ? { to: MAIL.to } : MAIL;
      const error = await rejection(mail.send(given<MailMessage>(having(base, field, make()))));
      // The renderer says what is no name of a template.
      expect(error).toBeInstanceOf(field === 'template' ? MailError : MailMessageError);
      if (error instanceof MailMessageError) expect(error.field).toMatch(new RegExp(`^${field}`));
    }
    for (const field of ATTACHMENT_FIELDS) {
      if (RIGHT.has(`${field} ${called}`)) continue;
      const attachment = field === 'path' ? {} : { content: 'x' };
      const message = { ...MAIL, attachments: [having(attachment, field, make())] };
      const error = await rejection(mail.send(given<MailMessage>(message)));
      expect(error).toBeInstanceOf(MailMessageError);
      expect(error).toMatchObject({
        code: 'EMAILATTACHMENT',
        field: expect.stringMatching(/^attachments\[0\]/),
      });
    }
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is refused as a message, a notification, a request and options', async () => {
    const { mail } = await start();
    const errors = await Promise.all([
      rejection(mail.send(given<MailMessage>(make()))),
      rejection(mail.sendNotification(given<MailNotification>(make()))),
      rejection(mail.sendResetPassword(given<ResetPasswordMail>(make()))),
      rejection(mail.send(MAIL, given<SendOptions>(make()))),
      rejection(mail.render('notification', NOTIFICATION, given<object>(make()))),
      rejection(mail.verify(given<object>(make()))),
    ]);
    for (const error of errors) expect(error).toBeInstanceOf(MailMessageError);
  });
});

describe.each(HOSTILE_VALUES)('$called', ({ called, make }) => {
  it('is refused by name in every field of a notification and of a reset mail', async () => {
    const { mail, folder } = await start();
    for (const field of NOTIFICATION_FIELDS) {
      const error = await rejection(
        mail.sendNotification(given<MailNotification>(having(NOTIFICATION, field, make()))),
      );
      expect(error).toBeInstanceOf(MailMessageError);
      expect(String(Reflect.get(Object(error), 'field'))).toMatch(new RegExp(`^${field}|^subject`));
    }
    for (const field of RESET_FIELDS) {
      if (RIGHT.has(`${field} ${called}`)) continue;
      const base = field === 'token' ? { ...RESET, resetUrl: undefined } : RESET;
      const error = await rejection(
        mail.sendResetPassword(given<ResetPasswordMail>(having(base, field, make()))),
      );
      expect(error).toBeInstanceOf(MailMessageError);
      expect(String(Reflect.get(Object(error), 'field'))).toMatch(new RegExp(`^${field}`));
      if (field !== 'to') expect(inspect(error)).not.toContain('0123456789');
    }
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe('The context of a template', () => {
  it.each([
    ['is a revoked proxy', () => revoked()],
    ['throws at everything', () => refusing()],
    ['has getters that throw', () => throwing('title', 'lines')],
    [
      'holds values that throw when they are printed',
      () => ({ title: throwing('toString'), lines: [refusing()] }),
    ],
    ['holds a list of four thousand million holes', () => ({ title: 't', lines: endlessList() })],
    [
      'throws what is no error',
      () => ({
        get title(): never {
          throw Object.create(null);
        },
      }),
    ],
    [
      'throws a revoked proxy',
      () => ({
        get title(): never {
          throw revoked();
        },
      }),
    ],
  ])('that %s ends in a MailTemplateError', async (_why, make) => {
    const { mail } = await start();
    for (const call of [
      () => mail.render('notification', given<typeof NOTIFICATION>(make())),
      () =>
        mail.send({
          to: 'ann@example.com',
          template: 'notification',
          context: given<typeof NOTIFICATION>(make()),
        }),
    ])
      expect(await rejection(call())).toBeInstanceOf(MailTemplateError);
  });
});

describe('What a getter shows', () => {
  it('is what was checked, because each field is read once', async () => {
    const { mail } = await start();
    const read: Record<string, number> = {};
    const counting = (values: object): object =>
      new Proxy(values, {
        get(target, name): unknown {
          read[String(name)] = (read[String(name)] ?? 0) + 1;
          return Reflect.get(target, name);
        },
      });
    const message = counting({
      to: 'ann@example.com',
      cc: [counting({ name: 'Bob', address: 'bob@example.com' })],
      subject: 's',
      text: 'x',
      attachments: [counting({ filename: 'a.txt', content: 'x' })],
      headers: counting({ 'X-One': '1' }),
    });
    expect((await mail.send(given<MailMessage>(message))).status).toBe('written');
    const fields = [
      'to',
      'cc',
      'subject',
      'text',
      'attachments',
      'headers',
      'name',
      'address',
      'content',
      'X-One',
    ];
    expect(fields.map(name => [name, read[name]])).toEqual(fields.map(name => [name, 1]));
  });

  it('may come from a class, or from an object without a prototype', async () => {
    const { mail } = await start();
    class Message {
      get to() {
        return 'ann@example.com';
      }
      subject = 's';
      text = 'x';
    }
    for (const message of [new Message(), Object.assign(Object.create(null), MAIL)])
      expect((await mail.send(given<MailMessage>(message))).status).toBe('written');
  });
});

describe('A signal that is none, but looks like one', () => {
  it.each([
    [
      'throws when it is listened to',
      { aborted: false, addEventListener: refuse, removeEventListener: refuse },
    ],
    ['throws when it is looked at', throwing('aborted', 'addEventListener', 'removeEventListener')],
  ])('and %s ends in a MailError', async (_why, signal) => {
    const { mail } = await start();
    for (const call of [
      () => mail.send(MAIL, given<SendOptions>({ signal })),
      () => mail.verify(given<object>({ signal })),
      () => mail.backlog(given<object>({ signal })),
    ])
      expect(await rejection(call())).toBeInstanceOf(MailError);
  });
});

function endlessList(): unknown[] {
  const list: unknown[] = [];
  list.length = 4_000_000_000;
  return list;
}

function refuse(): never {
  throw new Error('no');
}
