import { messageOf } from './error-facts.js';
import { MailDeliveryError } from './mail-delivery-error.js';
import { plainCause } from './plain-cause.js';

/**
 * Imports a module of this package when it is first needed, once however many ask for it at the same time: Jest, which has
 * modules of its own, hands one that is being imported to the second who asks before it is evaluated. What cannot be imported is
 * tried again by whoever asks next, in vain where Node.js has found the module and could not read it: it remembers that.
 *
 * @param load an `import()`, written out where the module is needed: bundlers look for it
 * @returns a function that asks for it, and rejects with {@link MailDeliveryError} `EMAILCONNECT` when it cannot be imported
 */
export function lateImport<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw notLoaded(cause);
    });
    return loading;
  };
}

/** The package was replaced or removed under the process, or cannot be read now. */
function notLoaded(cause: unknown): MailDeliveryError {
  return new MailDeliveryError(
    'EMAILCONNECT',
    `What sends mails could not be loaded; nothing was sent. If the package was replaced under this process, or if this goes on, start it again (${messageOf(cause)}).`,
    { phase: 'connect', retryable: true, cause: plainCause(cause) },
  );
}
