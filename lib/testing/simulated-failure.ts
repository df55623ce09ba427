import { MailboxSyntaxError, parseMailbox } from '../core/address/parse-mailbox.js';
import { isErrorLike } from '../core/errors/error-facts.js';
import type { MailDeliveryErrorCode, MailDeliveryPhase } from '../core/errors/mail-delivery-error.js';
import { printable } from '../core/redaction/printable.js';
import { refuseUnknownKeys } from './known-keys.js';

/** How the next delivery is to fail. Every field may be left out; `{}` is a server that cannot be reached. */
export interface SimulatedFailure {
  /** What the server says: an SMTP reply code from 400 to 599. 4yz can be tried again, 5yz is final. @default none: the connection breaks */
  responseCode?: number;
  /** Enhanced status code (RFC 3463), such as `4.2.2`. @default none */
  enhancedCode?: string;
  /** The server's words behind the codes. @default 'simulated by the test' */
  response?: string;
  /**
   * How far the delivery comes. `after-data`: the reply to the message never comes.
   * @default what goes with `code`; else `connect` without a responseCode, `auth` for 454, 530, 534, 535 and 538, `data` for 552 and 554, and `envelope`
   */
  phase?: MailDeliveryPhase;
  /** The code of the error. @default the one that goes with the phase */
  code?: MailDeliveryErrorCode;
  /** Whether the error says that another try can succeed. @default what the SMTP delivery would say */
  retryable?: boolean | 'unknown';
  /** Only these recipients are refused, at the next delivery to one of them; the others get the mail. @default all */
  recipients?: readonly string[];
  /** How many deliveries fail; `Infinity` means all until `clear()`. @default 1 */
  times?: number;
}

/** {@link SimulatedFailure} after checking, with the defaults applied. */
export interface FailurePlan {
  readonly phase: MailDeliveryPhase;
  readonly code?: MailDeliveryErrorCode;
  readonly retryable?: boolean | 'unknown';
  readonly responseCode?: number;
  /** The whole reply. */
  readonly reply?: string;
  /** Addresses that alone are refused; undefined for all. */
  readonly recipients?: readonly string[];
  readonly times: number;
}

const KEYS = [
  'responseCode',
  'enhancedCode',
  'response',
  'phase',
  'code',
  'retryable',
  'recipients',
  'times',
] as const satisfies readonly (keyof SimulatedFailure)[];

const PHASES: Readonly<Record<MailDeliveryErrorCode, readonly MailDeliveryPhase[]>> = {
  EMAILCONNECT: ['connect'],
  EMAILTLS: ['tls'],
  EMAILAUTH: ['auth'],
  EMAILENVELOPE: ['envelope'],
  EMAILDATA: ['data'],
  EMAILUNKNOWN: ['after-data', 'data'],
  EMAILWRITE: ['write'],
  EMAILABORTED: ['connect', 'tls', 'auth', 'envelope', 'data', 'after-data', 'write'],
  EMAILTIMEOUT: ['connect', 'tls', 'auth', 'envelope', 'data', 'after-data', 'write'],
  EMAILCLOSED: ['connect', 'tls', 'auth', 'envelope', 'data', 'after-data', 'write'],
};
const ALL_PHASES: readonly string[] = PHASES.EMAILCLOSED;
const LOGIN_REPLIES: ReadonlySet<number> = new Set([454, 530, 534, 535, 538]);
const MESSAGE_REPLIES: ReadonlySet<number> = new Set([552, 554]);

/**
 * Checks how a delivery is to fail.
 *
 * @throws TypeError for an unknown key, and for fields that contradict each other
 * @throws RangeError for a number that cannot be meant
 */
export function failurePlan(failure: SimulatedFailure): FailurePlan {
  if (typeof failure !== 'object' || failure === null)
    throw new TypeError(`failNext: give an object or an error, not ${printable(failure)}`);
  refuseUnknownKeys('failNext', failure, KEYS);
  const { code, retryable, recipients, times = 1, enhancedCode, response } = failure;
  if (recipients !== undefined && !(Array.isArray(recipients) && recipients.length > 0))
    throw new TypeError('failNext: recipients must be an array of at least one address');
  if (retryable !== undefined && typeof retryable !== 'boolean' && retryable !== 'unknown')
    throw new TypeError(`failNext: retryable must be true, false or 'unknown', not ${printable(retryable)}`);
  const responseCode = failure.responseCode ?? (recipients && 550);
  checkNumbers(responseCode, times);
  const phase = phaseOf(failure, responseCode);
  if (responseCode !== undefined && (phase === 'after-data' || phase === 'write'))
    throw new TypeError(`failNext: in the phase ${phase} no server replies, so leave responseCode out`);
  if (responseCode === undefined && (enhancedCode !== undefined || response !== undefined))
    throw new TypeError('failNext: response and enhancedCode need a responseCode');
  if (recipients && (phase !== 'envelope' || code !== undefined || retryable !== undefined))
    throw new TypeError(
      'failNext: with recipients the delivery itself succeeds, so leave phase, code and retryable out',
    );
  return {
    phase,
    times,
    ...(code !== undefined && { code }),
    ...(retryable !== undefined && { retryable }),
    ...(responseCode !== undefined && {
      responseCode,
      reply: [responseCode, enhancedCode, response ?? 'simulated by the test']
        .filter(part => part !== undefined)
        .join(' '),
    }),
    ...(recipients && { recipients: recipients.map(addressOf) }),
  };
}

function checkNumbers(responseCode: number | undefined, times: number): void {
  if (
    responseCode !== undefined &&
    !(Number.isInteger(responseCode) && responseCode >= 400 && responseCode < 600)
  )
    throw new RangeError(
      `failNext: responseCode must be an SMTP reply that says no, from 400 to 599, not ${printable(responseCode)}`,
    );
  if (times !== Infinity && !(Number.isInteger(times) && times > 0))
    throw new RangeError(
      `failNext: times must be a whole number from 1 on, or Infinity, not ${printable(times)}`,
    );
}

function phaseOf({ phase, code }: SimulatedFailure, responseCode: number | undefined): MailDeliveryPhase {
  if (phase !== undefined && !ALL_PHASES.includes(phase))
    throw new TypeError(`failNext: phase must be one of ${ALL_PHASES.join(', ')}, not ${printable(phase)}`);
  const possible = code === undefined ? undefined : PHASES[code];
  if (code !== undefined && possible === undefined)
    throw new TypeError(
      `failNext: code must be one of ${Object.keys(PHASES).join(', ')}, not ${printable(code)}`,
    );
  if (phase === undefined) return possible?.[0] ?? phaseFor(responseCode);
  if (possible && !possible.includes(phase))
    throw new TypeError(`failNext: ${code} does not come up in the phase ${phase}`);
  return phase;
}

function phaseFor(responseCode: number | undefined): MailDeliveryPhase {
  if (responseCode === undefined) return 'connect';
  if (LOGIN_REPLIES.has(responseCode)) return 'auth';
  return MESSAGE_REPLIES.has(responseCode) ? 'data' : 'envelope';
}

function addressOf(text: string): string {
  try {
    return parseMailbox(text, { literals: true }).address;
  } catch (error) {
    const reason = error instanceof MailboxSyntaxError && isErrorLike(error) ? error.message : 'is no text';
    throw new TypeError(`failNext: recipients holds ${printable(text)}, which ${reason}`, { cause: error });
  }
}
