import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A port of the loopback interface that nobody uses at the moment.
 *
 * @returns {Promise<number>} the port
 */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Waits until a mail server greets.
 *
 * @param {number} port where
 * @param {AbortSignal} signal ends the wait
 */
export async function greeted(port, signal) {
  for (;;) {
    signal.throwIfAborted();
    if (await greets(port)) return;
    await sleep(20, undefined, { signal });
  }
}

async function greets(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = await once(socket, 'data');
    return greeting.toString().startsWith('220');
  } catch {
    return false;
  } finally {
    socket.end('QUIT\r\n').on('error', () => {});
  }
}
