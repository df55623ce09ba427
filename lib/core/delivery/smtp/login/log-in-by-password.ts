import type { MechanismRefusal } from './authenticate.js';
import { authenticate } from './authenticate.js';
import type { LoginStep } from './login-step.js';
import { isClosedAfterRefusal, refusedLogin } from './login-step.js';
import type { SaslMechanism } from './sasl-mechanism.js';

/** A sign-in by a password. */
export interface PasswordLogin {
  /** In the order in which they are tried. */
  readonly mechanisms: readonly SaslMechanism[];
  /** Whether code has given user and password. */
  readonly inCode: boolean;
}

/**
 * Logs in by a password.
 *
 * @throws MailDeliveryError `EMAILAUTH` when no mechanism leads to a login
 */
export async function logInByPassword(
  { mechanisms, inCode }: PasswordLogin,
  { run, failure }: Pick<LoginStep, 'run' | 'failure'>,
): Promise<void> {
  const refusals: MechanismRefusal[] = [];
  try {
    await run(async say => {
      if (await authenticate(say, mechanisms, refusal => refusals.push({ ...refusal, inCode }))) return;
      throw refusedLogin(refusals);
    });
  } catch (error) {
    // The server has said enough by its last reply.
    throw isClosedAfterRefusal(error, refusals) ? failure(refusedLogin(refusals)) : error;
  }
}
