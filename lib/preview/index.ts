export { MailPreviewModule } from './mail-preview.module.js';

export type { MailPreviewOptions, PreviewMailboxOptions } from './mail-preview-options.js';
