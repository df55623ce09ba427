/** Fields that every message may have, whatever its content comes from. */
export const BASE_FIELDS = [
  'to',
  'cc',
  'bcc',
  'replyTo',
  'from',
  'sender',
  'envelopeFrom',
  'dsn',
  'attachments',
  'alternatives',
  'unsubscribe',
  'automatic',
  'headers',
  'priority',
  'messageId',
  'inReplyTo',
  'references',
  'secrets',
] as const;

/** Fields that say what a message shows. */
export const CONTENT_FIELDS = [
  'subject',
  'html',
  'text',
  'template',
  'context',
  'culture',
  'timeZone',
] as const;

/** Fields that a mail of a built-in template may have beside its own. */
export const BUILT_IN_MAIL_FIELDS = [...BASE_FIELDS, 'culture', 'timeZone', 'subject', 'text'] as const;
