/** Fields that every message may have, whatever its content comes from. */
export const BASE_FIELDS = [
  'to',
  'cc',
  'bcc',
  'replyTo',
  'from',
  'sender',
  'attachments',
  'headers',
  'priority',
  'messageId',
  'inReplyTo',
  'references',
  'secrets',
] as const;

/** Fields that say what a message shows. */
export const CONTENT_FIELDS = ['subject', 'html', 'text', 'template', 'context', 'culture'] as const;
