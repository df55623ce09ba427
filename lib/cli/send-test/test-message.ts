import { hostname } from 'node:os';
import type { MailMessage } from '../../core/message/mail-message.js';
import { notificationMessage } from '../../core/message/mail-notification.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';

/** What is to be sent as a test. */
export interface TestMailRequest {
  readonly to: readonly string[];
  /** Author. @default the setting `FromAddress` */
  readonly from?: string | undefined;
  /** Name of a template. @default the built-in notification */
  readonly template?: string | undefined;
  /** What the template shows. @default nothing */
  readonly context?: object | undefined;
  readonly culture?: string | undefined;
}

/** Makes a mail that is easily recognised, and that says where it comes from and which way it went. */
export function testMessage(
  { to, from, template, context = {}, culture }: TestMailRequest,
  settings: ResolvedMailSettings,
  now = new Date(),
): MailMessage {
  const common = {
    to: [...to],
    ...(culture !== undefined && { culture }),
    ...(from !== undefined && { from }),
  };
  if (template !== undefined) return { ...common, template, context };
  const way =
    settings.delivery === 'pickup'
      ? `the pickup directory ${settings.pickupDirectory}`
      : `the mail server ${settings.host}:${settings.port}`;
  return notificationMessage({
    ...common,
    title: `Test mail of ${now.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    lines: [
      'This mail was sent with "nest-mailroom send-test", to see whether mails arrive.',
      `It was sent from ${hostname()} by way of ${way}.`,
    ],
    footer: 'Nobody needs to do anything about it.',
    severity: 'info',
  });
}
