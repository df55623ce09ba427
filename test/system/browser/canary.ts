import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that counts who comes: connections too, on which nothing is asked. */
export interface Canary {
  readonly url: string;
  readonly connections: () => number;
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

/** Starts a canary on a free port of this machine. */
export async function startCanary(): Promise<Canary> {
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(({ url = '', headers }, response) => {
    requests.push({ path: url, headers });
    response.setHeader('Content-Type', 'text/html');
    response.end(
      '<title>Canary</title><p id="opener"></p><script>document.all.opener.innerText = String(window.opener)</script>',
    );
  });
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => {
        server.close(resolve);
      });
    },
  };
}
