import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { isLoopbackName } from '../../core/address/loopback.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import { addressesOf, connectToEach, reachableAddresses } from './address-probe.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import type { SmtpCheckContext } from './smtp-check-context.js';

/** What the name of the server leads to. */
export interface HostAddresses {
  /** Empty when there are none. */
  readonly addresses: readonly string[];
  /** What is to be said of it. */
  readonly step: DiagnosisStep;
}

/** Finds the server's addresses. */
export async function findAddresses(
  host: string,
  named: (key: string) => string,
  signal: AbortSignal,
): Promise<HostAddresses> {
  try {
    const addresses = await addressesOf(host, signal);
    const reachable = isIP(host) > 0 || isLoopbackName(host) ? addresses : reachableAddresses(addresses);
    const others = addresses.filter(address => !reachable.includes(address)).join(', ');
    const unused = others === '' ? '' : `; ${others} is not used, as this machine has no IPv6`;
    const step: DiagnosisStep = {
      step: 'dns',
      status: isIP(host) > 0 ? 'skipped' : 'ok',
      message: isIP(host) > 0 ? `${host} is an address` : `${host} is ${reachable.join(', ')}${unused}`,
      facts: { host, addresses },
    };
    return { addresses: reachable, step };
  } catch (error) {
    const code = errnoOf(error);
    const step: DiagnosisStep = {
      step: 'dns',
      status: 'failed',
      message:
        code === 'ENOTFOUND'
          ? `There is no host ${host}`
          : `The addresses of ${host} cannot be found (${code ?? 'no answer in time'})`,
      advice: `Check the spelling of ${named('Host')}, and that this machine's name server knows it`,
      facts: { host, ...(code !== undefined && { code }) },
    };
    return { addresses: [], step };
  }
}

/**
 * Tries every address. Resolves with a connection to the first one that takes one. Of the addresses of this machine one is
 * enough: many servers listen on one of them only.
 */
export async function reachServer(
  context: SmtpCheckContext,
  addresses: readonly string[],
): Promise<Socket | undefined> {
  const { named } = context;
  const { host = '', port } = context.settings;
  const { attempts, socket } = await connectToEach(addresses, port, context.probeSignal);
  const failed = attempts.filter(({ failure }) => failure !== undefined);
  const enough = isLoopbackName(host) && socket !== undefined;
  const words = (enough ? [] : failed)
    .map(({ address, failure = '' }) => `${address}: ${failure}`)
    .join('; ');
  const reached = attempts.filter(({ failure }) => failure === undefined).map(({ address }) => address);
  context.tell({
    step: 'connect',
    status: !socket ? 'failed' : words === '' ? 'ok' : 'warning',
    message: !socket
      ? `No connection to port ${port} (${words})`
      : `Port ${port} is open at ${reached.join(', ')}${words === '' ? '' : `, but not everywhere (${words})`}`,
    ...(!socket && {
      advice: `Check ${named('Host')} and ${named('Port')}, that the mail server runs, and that no firewall stands between`,
    }),
    ...(socket &&
      words !== '' && {
        advice: 'Mend that address, or take it out of the name server: tries of it cost time',
      }),
    facts: { port, attempts },
  });
  return socket;
}
