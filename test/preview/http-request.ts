import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** The key of the previews that tests start, unless they say otherwise. */
export const KEY = 'a-key-that-only-tests-know';
/** What a program sends that has {@link KEY}. */
export const WITH_KEY = { Authorization: `Bearer ${KEY}` };

/** An answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks a preview as a program does that has its key; with these headers, also with a `Host` of another machine. */
export function ask(url: string, options: Parameters<typeof askLocked>[1] = {}): Promise<HttpAnswer> {
  return askLocked(url, { ...options, headers: { ...WITH_KEY, ...options.headers } });
}

/** Asks with exactly these headers, and no key. */
export async function askLocked(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, response => {
      text(response).then(
        all => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: all }),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
