import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADERS: Readonly<Record<string, string>> = {
  // Reset links carry a token: no page may hand its address on, and none may be kept.
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
};

/** Middleware: headers that keep tokens and pages to themselves. */
export function securityHeaders(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  next();
}

/** Middleware: refuses forms that a page of somebody else posts in the name of its visitor. */
export function refuseForeignForms(
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  // Not the Origin header: with the referrer policy above, browsers send "null" there for our own forms too.
  const site = request.headers['sec-fetch-site'];
  const foreign = site === 'cross-site' || site === 'same-site';
  if (foreign && request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end('This form belongs to another site.');
  } else next();
}
