import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { onAbort } from '../../concurrency/on-abort.js';
import { localLookup } from './local-lookup.js';
import type { ProxyAddress } from './proxy-address.js';

/** Where a SOCKS proxy is to lead. */
export interface SocksTarget {
  readonly host: string;
  readonly port: number;
  /** Milliseconds for the proxy to be connected and to answer. */
  readonly timeoutMs: number;
}

/** What is used of the package `socks`, which nobody installs but those who need it. */
interface SocksClientClass {
  createConnection(options: {
    readonly command: 'connect';
    readonly proxy: {
      readonly host: string;
      readonly port: number;
      readonly type: 4 | 5;
      readonly userId?: string;
      readonly password?: string;
    };
    readonly destination: { readonly host: string; readonly port: number };
    readonly timeout: number;
    readonly existing_socket: Socket;
  }): Promise<unknown>;
}

/** Why no SOCKS proxy can be used; its message completes "smtp.proxy: …". */
export class SocksMissingError extends Error {
  override readonly name = 'SocksMissingError';
}

/**
 * Loads the package `socks`, which only SOCKS proxies need.
 *
 * @throws {@link SocksMissingError} when it cannot be loaded
 */
export async function loadSocks(): Promise<SocksClientClass> {
  let loaded: unknown;
  try {
    // Within this block bundlers do without it where it is not installed, and take it in where it is.
    loaded = await import('socks');
  } catch (cause) {
    throw new SocksMissingError('names a SOCKS proxy, which needs the package socks: npm install socks', {
      cause,
    });
  }
  const client: unknown =
    typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'SocksClient') : undefined;
  if (!isSocksClient(client))
    throw new SocksMissingError('needs version 2 of the package socks: npm install socks@2');
  return client;
}

/**
 * Opens a connection through a SOCKS proxy (RFC 1928). The socket is ours, so that it can be closed at any moment.
 * Rejects with the signal's reason when it fires.
 *
 * @throws {@link SocksMissingError} when the package `socks` is not installed
 */
export async function socksSocket(
  proxy: ProxyAddress,
  { host, port, timeoutMs }: SocksTarget,
  signal: AnySignal,
): Promise<Socket> {
  const client = await loadSocks();
  signal.throwIfAborted();
  const socket = connect({ host: proxy.host, port: proxy.port, lookup: localLookup });
  // The client of the package listens for a while only, and an error that nobody hears ends the process.
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(new Error('The proxy did not answer in time')), timeoutMs);
  const stop = onAbort(signal, () => socket.destroy(new Error('The signal has fired')));
  try {
    await connected(socket);
    const { username, password } = proxy.login ?? {};
    await client.createConnection({
      command: 'connect',
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: proxy.protocol === 'socks4' ? 4 : 5,
        ...(username !== undefined && { userId: username }),
        ...(password !== undefined && { password }),
      },
      destination: { host, port },
      timeout: timeoutMs,
      existing_socket: socket,
    });
    await keepEarlyOctets(socket);
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}

/**
 * The client emits what came behind the proxy's reply, such as a greeting, in the next turn of the event loop, and lets
 * the socket flow from then on: before anybody listens who reads mail. Here the socket keeps all of it.
 */
async function keepEarlyOctets(socket: Socket): Promise<void> {
  const early: Buffer[] = [];
  const keep = (octets: Buffer): void => void early.push(octets);
  const hold = (): void => void socket.pause();
  socket.on('data', keep).on('resume', hold);
  await nextTurn();
  socket.off('data', keep).off('resume', hold);
  if (early.length > 0) socket.unshift(Buffer.concat(early));
}

function isSocksClient(value: unknown): value is SocksClientClass {
  return (
    typeof value === 'function' && 'createConnection' in value && typeof value.createConnection === 'function'
  );
}
