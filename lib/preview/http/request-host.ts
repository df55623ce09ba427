import type { IncomingMessage } from 'node:http';

/** The host that a request names, with its port. */
export function hostOf(request: IncomingMessage): string {
  const authority: unknown = request.headers[':authority'];
  return request.headers.host ?? (typeof authority === 'string' ? authority : '');
}
