import type { Server } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** Addresses that stand for all of a machine, and that no browser can open. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['::', '0.0.0.0']);

/**
 * Scheme, host and port by which a browser on this machine reaches a server that listens.
 *
 * @returns undefined when it does not listen, or not on a port
 */
export function originOf(server: Server): string | undefined {
  const listening = server.address();
  if (listening === null || typeof listening === 'string') return undefined;
  const { address, port } = listening;
  const host = EVERY_ADDRESS.has(address) ? 'localhost' : address.includes(':') ? `[${address}]` : address;
  return `${server instanceof TlsServer ? 'https' : 'http'}://${host}:${port}`;
}
