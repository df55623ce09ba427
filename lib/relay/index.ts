export { MailRelayModule } from './mail-relay.module.js';
export { MailRelay } from './mail-relay.js';

export type { MailRelayAsyncOptions } from './mail-relay.module.js';
export type { MailRelayOptions, RelayRetryOptions } from './relay-options.js';
export type { MailRelayStatus } from './relay-status.js';
export type { RelayEvent } from './relay-event.js';
