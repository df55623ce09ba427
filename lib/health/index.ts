export { MailHealthIndicator } from './mail-health-indicator.js';

export type { MailHealthOptions } from './mail-health-options.js';
