import { connect } from 'node:tls';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { onAbort } from '../../concurrency/on-abort.js';
import { errnoOf } from '../../errors/error-facts.js';
import { localLookup } from './local-lookup.js';

/** What OpenSSL says when the answer to its greeting is no TLS at all. */
const CLEAR_ANSWER: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]);

/** Where a probe goes. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  /** Address to connect from. @default any */
  readonly localAddress?: string;
  /** Name for SNI (RFC 6066); an IP address must not stand there. @default none */
  readonly servername?: string;
}

/**
 * Finds out whether a server that stays silent speaks TLS from the first byte. Says nothing but the TLS greeting.
 *
 * @param milliseconds how long to wait for the handshake
 * @param signal ends the probe, its connection included; the answer is then false
 */
export function speaksTlsAtOnce(
  target: ProbeTarget,
  milliseconds: number,
  signal: AnySignal,
): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise(resolve => {
    // Nothing is trusted or sent over this connection, so its certificate does not matter.
    const socket = connect({ ...target, lookup: localLookup, rejectUnauthorized: false });
    const done = (speaks: boolean): void => {
      clearTimeout(timer);
      stop();
      socket.destroy();
      resolve(speaks);
    };
    const giveUp = (): void => done(false);
    const timer = setTimeout(giveUp, milliseconds);
    const stop = onAbort(signal, giveUp);
    socket.once('secureConnect', () => done(true));
    socket.on('error', error => done(isTlsAnswer(errnoOf(error))));
    socket.once('close', giveUp);
  });
}

/** A server that refuses our versions or ciphers in a TLS alert speaks TLS all the same. */
function isTlsAnswer(code: string | undefined): boolean {
  return code !== undefined && code.startsWith('ERR_SSL_') && !CLEAR_ANSWER.has(code);
}
