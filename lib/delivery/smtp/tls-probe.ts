import { connect } from 'node:tls';

/**
 * Finds out whether a server that stays silent speaks TLS from the first byte. Says nothing but the TLS greeting.
 *
 * @param milliseconds how long to wait for the handshake
 */
export function speaksTlsAtOnce(host: string, port: number, milliseconds: number): Promise<boolean> {
  return new Promise(resolve => {
    // Nothing is trusted or sent over this connection, so its certificate does not matter.
    const socket = connect({ host, port, rejectUnauthorized: false });
    const done = (speaks: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(speaks);
    };
    const timer = setTimeout(() => done(false), milliseconds);
    socket.once('secureConnect', () => done(true));
    socket.on('error', () => done(false));
  });
}
