import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { connect, isIP } from 'node:net';
import { errnoOf } from '../errors/error-facts.js';

/** When one address of a host has answered, the others get this long. */
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
 * Finds all addresses of a host, of both kinds, as the system knows them.
 *
 * @throws the error of the system, or the reason of the signal
 */
export async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
  if (isIP(host) > 0) return [host];
  signal.throwIfAborted();
  const given = await unlessAborted(lookup(host, { all: true }), signal);
  return [...new Set(given.map(({ address }) => address))];
}

/** Tries a connection to every address at the same time, says nothing over it, and keeps the first one that is there. */
export async function connectToEach(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<AddressAttempts> {
  const others = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const results = await Promise.all(
    addresses.map(async address => {
      const result = await tryAddress(address, port, AbortSignal.any([signal, others.signal]));
      if (typeof result !== 'string') timer ??= setTimeout(() => others.abort(), OTHERS_MS);
      return { address, result };
    }),
  );
  clearTimeout(timer);
  const sockets = results.map(({ result }) => result).filter(result => typeof result !== 'string');
  const [socket, ...rest] = sockets;
  for (const spare of rest) spare.destroy();
  const attempts = results.map(({ address, result }) =>
    typeof result === 'string' ? { address, failure: result } : { address },
  );
  return socket ? { attempts, socket } : { attempts };
}

function tryAddress(address: string, port: number, signal: AbortSignal): Promise<Socket | string> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port });
    const done = (result: Socket | string): void => {
      signal.removeEventListener('abort', giveUp);
      if (typeof result === 'string') socket.destroy();
      resolve(result);
    };
    const giveUp = (): void => done('no answer');
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('error', error => done(failureOf(errnoOf(error) ?? error.message)));
    socket.once('connect', () => done(socket));
    if (signal.aborted) giveUp();
  });
}

function failureOf(code: string): string {
  if (code === 'ECONNREFUSED') return 'refused, nothing listens there';
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return `no way there from this machine (${code})`;
  return code === 'ETIMEDOUT' ? 'no answer' : code;
}

/** What cannot be ended is left to itself when the signal fires. */
function unlessAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
