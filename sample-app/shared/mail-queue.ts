import type { MailQueueOptions } from 'nest-mailroom/queue';

/** Names of the variables that say where the queue is: the command line of the package reads the first two as well. */
export const QUEUE_CONNECTION = 'MAIL_QUEUE_CONNECTION';
export const QUEUE_KEYS = 'MAIL_QUEUE_KEYS';
export const QUEUE_NAME = 'MAIL_QUEUE_NAME';

/**
 * The queue that the environment names, the same for those who send and those who deliver.
 *
 * @returns undefined when it names none: then mails leave at once
 */
export function mailQueueOptions(env: NodeJS.ProcessEnv): MailQueueOptions | undefined {
  const address = env[QUEUE_CONNECTION]?.trim();
  if (!address) return undefined;
  const keys = env[QUEUE_KEYS]?.split(/\s+/).filter(key => key !== '');
  const name = env[QUEUE_NAME];
  return {
    connection: /^postgres(?:ql)?:/i.test(address) ? { postgres: address } : address,
    ...(keys && keys.length > 0 && { keys }),
    ...(name && { name }),
  };
}
