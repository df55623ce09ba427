import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.js';
import { hostOf } from './request-host.js';

/** Name of the field of a form that holds its token. */
export const FORM_TOKEN = 'form-token';

const SAFE: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);
const FOREIGN: Refusal = {
  reason: 'The request comes from a page that is not part of the preview.',
  remedy: 'Use the buttons of the preview itself, or a program that is no browser.',
};

/**
 * Whether what would change something comes from a page of somebody else: it can make a browser send any request, and a browser
 * that is signed in sends the cookie along from other ports of the same host. It cannot forge `Origin` and `Sec-Fetch-Site`, and
 * does not know the token of the preview's forms, which counts where a browser sends neither of use: pages that came over clear
 * HTTP from another machine, or through a proxy that changes `Host`.
 *
 * @param hasToken reads the form, and tells whether its token is right
 * @returns undefined when the request may pass
 */
export async function foreignRefusal(
  request: IncomingMessage,
  hasToken: () => Promise<boolean>,
): Promise<Refusal | undefined> {
  if (SAFE.has(request.method)) return undefined;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin' ? undefined : FOREIGN;
  if (origin === undefined || hostOfOrigin(origin) === hostOf(request).toLowerCase()) return undefined;
  return (await hasToken().catch(() => false)) ? undefined : FOREIGN;
}

function hostOfOrigin(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}
