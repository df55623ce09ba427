/** How a recipient of a mail gets no more of its kind, as its header says (RFC 2369 3.2, RFC 8058). */
export interface ReadUnsubscribe {
  /** The first web link. */
  readonly url?: string;
  /** The first mailto: URL. */
  readonly mailto?: string;
  /** Whether a POST to the link is enough. */
  readonly oneClick: boolean;
}

const LONGEST = 64 * 1024;

/** Reads List-Unsubscribe and List-Unsubscribe-Post; undefined when the mail has no link to unsubscribe. */
export function readListUnsubscribe(
  headers: readonly { readonly name: string; readonly value: string }[],
): ReadUnsubscribe | undefined {
  const valueOf = (wanted: string): string =>
    (headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '').slice(0, LONGEST);
  const urls = [...valueOf('list-unsubscribe').matchAll(/<([^<>]*)>/g)].map(([, url = '']) =>
    url.replace(/\s+/g, ''),
  );
  const url = urls.find(one => /^https?:/i.test(one));
  const mailto = urls.find(one => /^mailto:/i.test(one));
  if (url === undefined && mailto === undefined) return undefined;
  return {
    ...(url !== undefined && { url }),
    ...(mailto !== undefined && { mailto }),
    oneClick: /^\s*list-unsubscribe=one-click\s*$/i.test(valueOf('list-unsubscribe-post')),
  };
}
