import { Semaphore } from '../../../../concurrency/semaphore.js';
import type { GssapiRun } from './gssapi-mechanism.js';
import { beginGssapi } from './gssapi-mechanism.js';
import { loadKerberos } from './kerberos-package.js';

/**
 * The tickets of one mailer for the service of its server. One is got at a time: the library waits for a KDC in one of the few
 * threads that the process has for files and names, too, and what it got is there for the next.
 */
export class KerberosTickets {
  /** Name of the server's service. */
  readonly servicePrincipal: string;
  readonly #turn = new Semaphore(1);

  constructor(servicePrincipal: string) {
    this.servicePrincipal = servicePrincipal;
  }

  /**
   * Begins a sign-in. Nothing has been said to the mail server then.
   *
   * @param signal ends the wait for one's turn
   * @throws KerberosError when there is no ticket
   * @throws KerberosMissingError when the package is not there
   * @throws the signal's reason
   */
  async begin(signal: AbortSignal): Promise<GssapiRun> {
    await this.#turn.acquire(signal);
    try {
      return await beginGssapi(await loadKerberos(), this.servicePrincipal);
    } finally {
      this.#turn.release();
    }
  }
}
