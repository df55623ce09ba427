import { secretsOf } from '../message/message-secrets.js';
import type { SendTrace } from './send-trace.js';

/** From now on the trace knows the secrets of the message as the hooks have left it. */
export function addSecrets(trace: SendTrace): void {
  const found = secretsOf(trace.message);
  if (found.length > 0) trace.secrets = [...new Set([...trace.secrets, ...found])];
}
