import { lookup, Resolver } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { connect, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopbackName, ownAddresses } from '../../core/address/loopback.js';
import { linkedAbort } from '../../core/concurrency/linked-abort.js';
import { onAbort } from '../../core/concurrency/on-abort.js';
import { SharedAbortListener } from '../../core/concurrency/shared-abort-listener.js';
import { untilAborted } from '../../core/concurrency/until-aborted.js';
import { errnoOf } from '../../core/errors/error-facts.js';

/** How long the other addresses of a host get after the first one has answered. */
const OTHERS_MS = 3000;

/** What became of one address. */
export interface AddressAttempt {
  readonly address: string;
  /** Why no connection came about; undefined when one did. */
  readonly failure?: string;
}

/** What became of all addresses of a host. */
export interface AddressAttempts {
  readonly attempts: readonly AddressAttempt[];
  /** The connection to the first address that takes one; the caller closes it. */
  readonly socket?: Socket;
}

/**
 * Finds all addresses of a host, of both kinds, in the way of the module's SMTP connection: name servers come first, and
 * only a name that they do not know is asked of the system, with its file of hosts. Nobody is asked for the names of this
 * machine.
 *
 * @throws the error of the system, or the reason of the signal
 */
export async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
  if (isIP(host) > 0) return [host];
  signal.throwIfAborted();
  if (isLoopbackName(host)) return [...ownAddresses()];
  const resolver = new Resolver();
  const stop = onAbort(signal, () => resolver.cancel());
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  stop();
  const found = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []));
  signal.throwIfAborted();
  if (found.length > 0) return found;
  const given = await untilAborted(lookup(host, { all: true }), signal);
  return [...new Set(given.map(({ address }) => address))];
}

/** The addresses that this machine can reach at all: the module leaves IPv6 out where no interface has it. */
export function reachableAddresses(addresses: readonly string[]): readonly string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  const outer = new Set(interfaces.filter(({ internal }) => !internal).map(({ family }) => family));
  if (outer.size === 0) return addresses;
  const reachable = addresses.filter(address => outer.has(isIP(address) === 6 ? 'IPv6' : 'IPv4'));
  return reachable.length > 0 ? reachable : addresses;
}

/** Tries a connection to every address at the same time, says nothing over it, and keeps the first one that is there. */
export async function connectToEach(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<AddressAttempts> {
  const tries = linkedAbort(signal);
  const ends = new SharedAbortListener();
  let timer: NodeJS.Timeout | undefined;
  const results = await Promise.all(
    addresses.map(async address => {
      const result = await tryAddress(address, port, giveUp => ends.listen(tries.signal.platform, giveUp));
      if (typeof result !== 'string') timer ??= setTimeout(() => tries.abort(), OTHERS_MS);
      return { address, result };
    }),
  );
  clearTimeout(timer);
  tries.unlink();
  const sockets = results.map(({ result }) => result).filter(result => typeof result !== 'string');
  const [socket, ...rest] = sockets;
  for (const spare of rest) spare.destroy();
  const attempts = results.map(({ address, result }) =>
    typeof result === 'string' ? { address, failure: result } : { address },
  );
  return socket ? { attempts, socket } : { attempts };
}

/**
 * Connects to one address. Resolves with why that failed.
 *
 * @param onEnd calls back when the try is to end; returns a function that ends that
 */
function tryAddress(
  address: string,
  port: number,
  onEnd: (giveUp: () => void) => () => void,
): Promise<Socket | string> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port });
    let stop = (): void => {};
    const done = (result: Socket | string): void => {
      stop();
      if (typeof result === 'string') socket.destroy();
      resolve(result);
    };
    socket.on('error', error => done(failureOf(errnoOf(error) ?? error.message)));
    socket.once('connect', () => done(socket));
    stop = onEnd(() => done('no answer'));
  });
}

function failureOf(code: string): string {
  if (code === 'ECONNREFUSED') return 'refused, nothing listens there';
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return `no way there from this machine (${code})`;
  return code === 'ETIMEDOUT' ? 'no answer' : code;
}
