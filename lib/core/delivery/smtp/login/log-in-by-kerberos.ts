import type { MechanismRefusal } from './authenticate.js';
import { authenticate } from './authenticate.js';
import { KerberosError } from './kerberos/kerberos-error.js';
import { KerberosMissingError } from './kerberos/kerberos-package.js';
import type { KerberosTickets } from './kerberos/kerberos-tickets.js';
import type { LoginStep } from './login-step.js';
import { isClosedAfterRefusal, refusedLogin } from './login-step.js';

/** A sign-in by Kerberos. */
export interface KerberosLogin {
  readonly tickets: KerberosTickets;
  /** Told when the server has heard the ticket, whatever it says: before, the library does not know the account. */
  readonly onHeard: (account: string | undefined) => void;
}

/**
 * Signs in by Kerberos (RFC 4752) as the account of the process.
 *
 * @throws MailDeliveryError `EMAILAUTH` when there is no ticket, or the server refuses it
 */
export async function logInByKerberos({ tickets, onHeard }: KerberosLogin, step: LoginStep): Promise<void> {
  const refusals: MechanismRefusal[] = [];
  // Ends the wait for a ticket when the session does not wait any more.
  const over = new AbortController();
  try {
    await step.run(async say => {
      try {
        step.awaiting('Kerberos');
        const { mechanism, account, isComplete } = await tickets.begin(over.signal);
        step.awaiting(undefined);
        const refused = (refusal: MechanismRefusal): void => {
          refusals.push({ ...refusal, servicePrincipal: tickets.servicePrincipal });
        };
        const isTaken = await authenticate(say, [mechanism], refused);
        onHeard(account());
        if (isTaken && !isComplete()) throw unproved(tickets);
        if (isTaken) return;
      } catch (error) {
        throw impossible(error, step);
      }
      throw refusedLogin(refusals);
    });
  } catch (error) {
    throw isClosedAfterRefusal(error, refusals) ? step.failure(refusedLogin(refusals)) : error;
  } finally {
    over.abort();
  }
}

/** Without the end of the exchange, nobody knows that the server has the key of its service (RFC 4752 3.1). */
function unproved({ servicePrincipal }: KerberosTickets): KerberosError {
  const reason = `the server ended the sign-in before it had proved that it is ${servicePrincipal}`;
  return new KerberosError(reason, { retryable: false });
}

function impossible(error: unknown, step: LoginStep): unknown {
  if (error instanceof KerberosError) return step.impossible(error.message, error);
  if (error instanceof KerberosMissingError)
    return step.impossible(`UseDefaultCredentials ${error.message}`, { retryable: false, cause: error });
  return error;
}
