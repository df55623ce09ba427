import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress } from '../../core/address/loopback.js';

/** Why a request is turned away, in words for people. */
export interface Refusal {
  readonly reason: string;
  readonly remedy: string;
}

const SAFE: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
const ALLOW_REMOTE =
  'Set the option allowRemote: true to open the preview to others; whoever can reach it then reads every mail.';

/**
 * Who may see the preview: programs of this machine that call it by a name of this machine, so that no page of another
 * host can read it by having its own name lead here (DNS rebinding). Whatever is changed must come from the preview's own
 * pages, or from no browser at all.
 *
 * @returns undefined when the request may pass
 */
export function refusalOf(request: IncomingMessage, allowRemote: boolean): Refusal | undefined {
  return (allowRemote ? undefined : remoteRefusal(request)) ?? foreignRefusal(request);
}

/** The host that a request names, with its port. */
export function hostOf(request: IncomingMessage): string {
  const authority: unknown = request.headers[':authority'];
  return request.headers.host ?? (typeof authority === 'string' ? authority : '');
}

function remoteRefusal(request: IncomingMessage): Refusal | undefined {
  if (!isLoopbackAddress(request.socket.remoteAddress)) {
    return {
      reason: 'The preview answers only this machine, and the request comes from another.',
      remedy: ALLOW_REMOTE,
    };
  }
  // What the header says is not trusted, but behind a proxy every request seems to come from this machine.
  const proxied = FORWARDED.find(name => request.headers[name] !== undefined);
  if (proxied !== undefined) {
    return {
      reason: `The preview answers only this machine, and the request came through a proxy (it has the header ${proxied}).`,
      remedy: ALLOW_REMOTE,
    };
  }
  if (!isLoopbackHost(hostOf(request))) {
    return {
      reason: 'The preview answers only to a name of this machine, and the request names another host.',
      remedy: `Open it as http://localhost with the port of the application. ${ALLOW_REMOTE}`,
    };
  }
  return undefined;
}

/** A page of another origin can make a browser send any request, but cannot forge its `Origin` and `Sec-Fetch-Site`. */
function foreignRefusal(request: IncomingMessage): Refusal | undefined {
  if (SAFE.has(request.method)) return undefined;
  const { origin, 'sec-fetch-site': site } = request.headers;
  const refusal = {
    reason: 'The request comes from a page that is not part of the preview.',
    remedy: 'Use the buttons of the preview itself, or a program that is no browser.',
  };
  if (site !== undefined) return site === 'same-origin' ? undefined : refusal;
  if (origin === undefined) return undefined;
  return hostOfOrigin(origin) === hostOf(request).toLowerCase() ? undefined : refusal;
}

function hostOfOrigin(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}

function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|[\w-]+(?:\.[\w-]+)*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?(?::\d{1,5})?$/i.test(
    host,
  );
}
