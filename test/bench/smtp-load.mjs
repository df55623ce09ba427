/**
 * @typedef {object} SmtpLoad what a contestant over SMTP sends, and where
 * @property {number} port port of the sink
 * @property {import('./mail/template-folders.mjs').TemplateFolders} folders the templates
 * @property {number} recipients recipients of each mail
 * @property {number} [attachmentSize] bytes of a file in each mail, which is a buffer
 * @property {string} [attachmentFile] where the same bytes lie as a file, which is given by its path
 * @property {number} [streamSize] the same as a stream, bytes
 * @property {number} [templates] how many templates take turns
 */

/** Name of this package in all tables. */
export const US = 'nest-mailroom';
