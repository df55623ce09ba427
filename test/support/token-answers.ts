import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What a token endpoint says to one request instead of a real answer. */
export interface TokenAnswer {
  /** Status of the reply. @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, with the media type of JSON unless the headers say another. @default an empty body */
  readonly body?: string | Buffer | object;
  /** Milliseconds before anything is said. @default 0 */
  readonly delayMs?: number;
  /** `silence` never says anything; `reset` cuts the connection before a word; `half` cuts it within the body. @default the whole body */
  readonly fault?: 'silence' | 'reset' | 'half';
  /** Says the body one octet at a time, so many milliseconds apart. @default all at once */
  readonly dripMs?: number;
  /** Octets of blanks that follow the body, as fast as the client takes them. @default 0 */
  readonly flood?: number;
  /** Waits for it before anything is said. @default nothing */
  readonly after?: Promise<unknown>;
}

const FLOOD = Buffer.alloc(64 * 1024, ' ');

/** Says an answer, as far as the client listens. */
export async function sayAnswer(response: ServerResponse, answer: TokenAnswer): Promise<void> {
  const { status = 200, headers = {}, body = '', delayMs = 0, fault, dripMs, flood = 0, after } = answer;
  await after;
  if (delayMs > 0) await delay(delayMs, undefined, { ref: false });
  if (fault === 'silence') return;
  if (fault === 'reset') return void response.socket?.resetAndDestroy();
  const asItIs = typeof body === 'string' || Buffer.isBuffer(body);
  const octets = Buffer.from(asItIs ? body : JSON.stringify(body));
  const type = asItIs ? 'text/html' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
  if (fault === 'half') {
    response.write(octets.subarray(0, Math.ceil(octets.length / 2)));
    await delay(20);
    return void response.destroy();
  }
  if (dripMs !== undefined) {
    for (const octet of octets) {
      if (response.destroyed) return;
      response.write(Buffer.from([octet]));
      await delay(dripMs);
    }
  } else response.write(octets);
  for (let sent = 0; sent < flood && !response.destroyed; sent += FLOOD.length)
    if (!response.write(FLOOD)) await drained(response);
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const goOn = (): void => {
      response.off('drain', goOn).off('close', goOn);
      resolve();
    };
    response.on('drain', goOn).on('close', goOn);
  });
}
