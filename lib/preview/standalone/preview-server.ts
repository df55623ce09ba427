import { createServer } from 'node:http';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import type { PreviewEvents } from '../http/preview-events.js';
import type { PreviewHandler } from '../http/preview-handler.js';
import { originOf } from '../http/server-origin.js';

/** Where a {@link PreviewServer} listens. */
export interface PreviewServerOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** The preview on a server of its own, without an application. */
export interface PreviewServer {
  /** Where a browser opens it: with its key. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a server that shows nothing but the preview.
 *
 * @throws Error that says what is wrong with the port, when it cannot listen there
 */
export async function startPreviewServer(
  handler: PreviewHandler,
  events: PreviewEvents,
  { host = '127.0.0.1', port }: PreviewServerOptions,
): Promise<PreviewServer> {
  const server = createServer((request, response) => {
    if (handler.handles(request.url)) void handler.handle(request, response);
    else response.writeHead(302, { Location: handler.base === '' ? '/' : handler.base }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    url: `${originOf(server)}${handler.openingPath}`,
    close: () =>
      new Promise(resolve => {
        events.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenError(error: Error, host: string, port: number): Error {
  const code = errnoOf(error);
  const where = `${host}:${port}`;
  if (code === 'EADDRINUSE')
    return new Error(
      `The preview cannot use ${where}: another program listens there. Choose another port, such as --port ${port < 65_535 ? port + 1 : port - 1}; --port 0 takes any that is free.`,
      {
        cause: error,
      },
    );
  if (code === 'EACCES')
    return new Error(`The preview may not listen on ${where}. Choose a port above 1023 with --port.`, {
      cause: error,
    });
  return new Error(`The preview cannot listen on ${where}: ${messageOf(error)}`, { cause: error });
}
