import type { MailReceipt } from '../../../../lib/core/delivery/mail-receipt.js';
import type { MailService } from '../../../../lib/core/mail/mail.service.js';
import type { ExpectedMail } from './expected-mail.js';

/** A built-in mail: how it is sent, and what must come of it. */
export interface BuiltInMail {
  readonly name: string;
  readonly send: (mail: MailService) => Promise<MailReceipt>;
  readonly expected: ExpectedMail;
}

const WHO = { displayName: 'Zoë .dot Ångström', login: '.zoe', applicationName: 'Identität & Co' };
const EVERYBODY = {
  to: 'Zoë <zoe@contoso.com>',
  cc: 'bob@contoso.com',
  bcc: ['eve@contoso.com', 'mallory@contoso.com'],
};
const BLIND = ['eve@contoso.com', 'mallory@contoso.com'];
const NOTIFICATION = {
  title: '.Überprüfung — révision 評価',
  greeting: '.Hello,',
  lines: ['.', '..', '', `${'x'.repeat(2000)}`, 'a <b> & "c"', '\r\n.\r\n', 'é'.repeat(1500)],
  table: { columns: ['Who', '.What'], rows: [['Brunó', '.'] as const, ['Cleo', 7] as const] },
  action: { label: '.Open', url: `https://identity.contoso.com/reviews?a=1&b=${'c'.repeat(1500)}` },
  footer: '.small print',
};

/** The built-in mails in English and French, each severity of the notification, and the reset mail in both at once. */
export function builtInMails(): BuiltInMail[] {
  const cultures = ['en', 'fr', 'fr-CA'];
  const severities = ['info', 'success', 'warning', 'error'] as const;
  const when = new Date('2026-11-24T10:00:00Z');
  return [
    ...cultures.flatMap(culture =>
      severities.map(severity => ({
        name: `notification ${culture} ${severity}`,
        send: (mail: MailService) =>
          mail.sendNotification({ ...EVERYBODY, ...NOTIFICATION, culture, severity }),
        expected: { subject: NOTIFICATION.title, attachments: [], blind: BLIND },
      })),
    ),
    ...[...cultures, undefined].map(culture => ({
      name: `reset-password ${culture ?? 'in every language'}`,
      send: (mail: MailService) =>
        mail.sendResetPassword({
          to: 'Zoë <zoe@contoso.com>',
          ...WHO,
          token: `.${'t'.repeat(1500)}+/=`,
          ...(culture !== undefined && { culture }),
        }),
      expected: { attachments: [], blind: [] },
    })),
    ...cultures.flatMap(culture =>
      [
        { template: 'password-changed', context: { ...WHO, changedAt: when } },
        { template: 'reset-password-one-way', context: { ...WHO, password: '.p<&>"=', mustChange: true } },
      ].map(message => ({
        name: `${message.template} ${culture}`,
        send: (mail: MailService) => mail.send({ ...EVERYBODY, ...message, culture }),
        expected: { attachments: [], blind: BLIND },
      })),
    ),
  ];
}
