import { codeIn, tableBelow } from './markdown-table.js';

/** A table whose first column names the fields of a type, and a file that compiles when it names all of them and no other. */
export interface FieldTable {
  readonly page: string;
  readonly type: string;
  /** Name of the file. */
  readonly name: string;
  /** Text of the file. */
  readonly file: string;
}

/** Where a table stands. */
interface TablePlace {
  readonly page: string;
  readonly heading: string;
  /** Which of the tables below the heading. @default 0 */
  readonly index?: number;
  /** The type, and what it is imported from. */
  readonly type: string;
  readonly imports: readonly string[];
  /** Subpath of the package. @default the package itself */
  readonly subpath?: string;
  /** What stands before the names of the fields, such as `mailbox.`. @default nothing; of `mailbox.maxMails` only `mailbox` counts */
  readonly prefix?: string;
}

const PLACES: readonly TablePlace[] = [
  {
    page: 'docs/settings.md',
    heading: 'Module options',
    type: 'MailModuleOptions',
    imports: ['MailModuleOptions'],
  },
  {
    page: 'docs/settings.md',
    heading: 'Module options',
    index: 1,
    type: 'Omit<MailModuleAsyncOptions, keyof MailModuleOptions>',
    imports: ['MailModuleAsyncOptions', 'MailModuleOptions'],
  },
  {
    page: 'docs/settings.md',
    heading: 'SMTP options in code',
    type: 'SmtpOptions',
    imports: ['SmtpOptions'],
  },
  { page: 'docs/settings.md', heading: 'Tokens in code', type: 'OAuth2Auth', imports: ['OAuth2Auth'] },
  {
    page: 'docs/messages.md',
    heading: 'The methods',
    index: 1,
    type: 'SendOptions',
    imports: ['SendOptions'],
  },
  {
    page: 'docs/sending-many.md',
    heading: 'Options of sendMany',
    type: 'SendManyOptions',
    imports: ['SendManyOptions'],
  },
  {
    page: 'docs/sending-many.md',
    heading: 'Progress',
    type: 'SendManyProgress',
    imports: ['SendManyProgress'],
  },
  {
    page: 'docs/messages.md',
    heading: 'Fields of a message',
    type: 'ContentMailMessage & UntypedTemplateMailMessage',
    imports: ['ContentMailMessage', 'UntypedTemplateMailMessage'],
  },
  { page: 'docs/messages.md', heading: 'Attachments', type: 'MailAttachment', imports: ['MailAttachment'] },
  {
    page: 'docs/messages.md',
    heading: 'Notifications',
    type: 'Omit<MailNotification, keyof MailMessageBase>',
    imports: ['MailNotification', 'MailMessageBase'],
  },
  {
    page: 'docs/messages.md',
    heading: 'Reset-password mails',
    type: "Omit<ResetPasswordMail, Exclude<keyof MailMessageBase, 'to'>>",
    imports: ['ResetPasswordMail', 'MailMessageBase'],
  },
  {
    page: 'docs/messages.md',
    heading: 'Bounces and reports',
    type: 'MailDsn',
    imports: ['MailDsn'],
    prefix: 'dsn.',
  },
  { page: 'docs/messages.md', heading: 'Receipts', type: 'MailReceipt', imports: ['MailReceipt'] },
  {
    page: 'docs/tenants.md',
    heading: 'Options of a registry',
    type: 'MailRegistryOptions',
    imports: ['MailRegistryOptions'],
  },
  {
    page: 'docs/tenants.md',
    heading: 'Options of a mailer',
    type: 'MailerOptions',
    imports: ['MailerOptions'],
  },
  { page: 'docs/templates.md', heading: 'Options', type: 'TemplateOptions', imports: ['TemplateOptions'] },
  {
    page: 'docs/renderers.md',
    heading: 'What it returns',
    type: 'RenderedTemplate',
    imports: ['RenderedTemplate'],
  },
  {
    page: 'docs/renderers.md',
    heading: 'What it is asked',
    type: 'RenderOptions',
    imports: ['RenderOptions'],
    prefix: 'options.',
  },
  { page: 'docs/templates.md', heading: 'Brand', type: 'MailBrand', imports: ['MailBrand'] },
  {
    page: 'docs/templates.md',
    heading: 'Brand',
    index: 1,
    type: 'MailBrandColors',
    imports: ['MailBrandColors'],
  },
  { page: 'docs/reliability.md', heading: 'Retry', type: 'RetryOptions', imports: ['RetryOptions'] },
  {
    page: 'docs/reliability.md',
    heading: 'Retry',
    type: 'RetryBackoff',
    imports: ['RetryBackoff'],
    prefix: 'backoff.',
  },
  {
    page: 'docs/observability.md',
    heading: 'Options of the indicator',
    type: 'MailHealthOptions',
    imports: ['MailHealthOptions'],
    subpath: 'health',
  },
  {
    page: 'docs/preview.md',
    heading: 'Options',
    type: 'MailPreviewOptions',
    imports: ['MailPreviewOptions'],
    subpath: 'preview',
  },
  {
    page: 'docs/preview.md',
    heading: 'Options',
    type: 'PreviewMailboxOptions',
    imports: ['PreviewMailboxOptions'],
    subpath: 'preview',
    prefix: 'mailbox.',
  },
  {
    page: 'docs/relay.md',
    heading: 'Options',
    type: 'MailRelayOptions',
    imports: ['MailRelayOptions'],
    subpath: 'relay',
  },
  {
    page: 'docs/relay.md',
    heading: 'Options',
    type: 'RelayRetryOptions',
    imports: ['RelayRetryOptions'],
    subpath: 'relay',
    prefix: 'retry.',
  },
  {
    page: 'docs/relay.md',
    heading: 'Status',
    type: 'MailRelayStatus',
    imports: ['MailRelayStatus'],
    subpath: 'relay',
  },
  {
    page: 'docs/queue-in-code.md',
    heading: 'Options of the queue',
    type: 'MailQueueOptions',
    imports: ['MailQueueOptions'],
    subpath: 'queue',
  },
  {
    page: 'docs/queue-in-code.md',
    heading: 'Options of the worker',
    type: 'Omit<MailQueueWorkerOptions, keyof MailQueueOptions>',
    imports: ['MailQueueOptions', 'MailQueueWorkerOptions'],
    subpath: 'queue',
  },
  {
    page: 'docs/queue-in-code.md',
    heading: 'Options of the worker',
    index: 1,
    type: 'QueueRetryOptions',
    imports: ['QueueRetryOptions'],
    subpath: 'queue',
    prefix: 'retry.',
  },
  {
    page: 'docs/testing.md',
    heading: 'Criteria',
    type: 'MailCriteria',
    imports: ['MailCriteria'],
    subpath: 'testing',
  },
];

/** The tables of the pages that list the fields of a type. */
export const FIELD_TABLES: readonly FieldTable[] = PLACES.map((place, number) => ({
  page: place.page,
  type: place.type,
  name: `table-${number}.ts`,
  file: fileOf(place),
}));

function fileOf({ page, heading, index, type, imports, subpath, prefix }: TablePlace): string {
  const written = tableBelow(page, heading, index).flatMap(([cell]) => codeIn(cell));
  const names =
    prefix === undefined
      ? written.map(name => name.split('.')[0] ?? '')
      : written.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length));
  return [
    `import type { ${imports.join(', ')} } from 'nest-mailroom${subpath === undefined ? '' : `/${subpath}`}';`,
    'type Fields<T> = T extends unknown ? keyof T : never;',
    `export const fields: Record<Fields<${type}>, true> = {`,
    ...new Set(names.map(name => `  ${JSON.stringify(name)}: true,`)),
    '};',
  ].join('\n');
}
