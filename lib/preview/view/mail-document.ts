import type { PreviewReply } from '../http/preview-reply.js';

/** How a mail's HTML is shown. */
export interface MailDocumentOptions {
  /** `light` or `dark`: the colours that the mail's `prefers-color-scheme` finds. @default those of the browser */
  readonly scheme?: string | null;
  /** Images of the mail by the Content-ID that `cid:` names. @default none */
  readonly images?: ReadonlyMap<string, { readonly contentType: string; readonly content: Buffer }>;
}

/** Most characters that images make a document longer by: a mail may name one image ten thousand times. */
const MOST_IMAGE_TEXT = 32 * 1024 * 1024;
const IMAGE_TYPE = /^image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/i;

/**
 * Elements for which Chromium opens a connection to a server although the policy forbids it to send a request. A name ends
 * where an HTML parser ends it: at white space, `/` or `>`.
 */
const CONNECTING = /<(link|iframe|frame|object|embed|portal|fencedframe)(?=[\t\n\f\r />])/gi;

/** Nothing runs, nothing is loaded from anywhere, nothing is sent; links open in a window of their own. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/**
 * The HTML of a mail as a document of its own, for `mailFrame` and for a window. What the policy of the document cannot
 * forbid (connections that are opened without a request) is taken out of the markup.
 */
export function mailDocument(markup: string, { scheme, images }: MailDocumentOptions = {}): PreviewReply {
  const quiet = markup
    .replace(CONNECTING, '<blocked-$1')
    .replace(/http-equiv/gi, 'data-http-equiv')
    .replace(/<(?:a|area)\s[^<>]*/gi, link => link.replace(/(\s)target(?=\s*=)/gi, '$1data-target'));
  const whole = images ? withImages(quiet, images) : quiet;
  const coloured = scheme === 'dark' || scheme === 'light' ? withScheme(whole, scheme) : whole;
  return {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY },
    body: withLinksOutside(coloured),
  };
}

function withImages(markup: string, images: NonNullable<MailDocumentOptions['images']>): string {
  const addresses = new Map<string, string>();
  for (const [id, { contentType, content }] of images) {
    if (IMAGE_TYPE.test(contentType) && content.length < MOST_IMAGE_TEXT)
      addresses.set(id, `data:${contentType.toLowerCase()};base64,${content.toString('base64')}`);
  }
  let left = MOST_IMAGE_TEXT;
  return markup.replace(/cid:([^\s"'()<>&]+)/gi, (reference, id: string) => {
    const address = addresses.get(id) ?? addresses.get(percentDecoded(id));
    if (address === undefined || address.length > left) return reference;
    left -= address.length;
    return address;
  });
}

/** A query that is always, or never, true takes the place of the one for colours: what the system prefers does not count. */
function withScheme(markup: string, scheme: 'light' | 'dark'): string {
  return markup.replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, wanted: string) =>
    wanted.toLowerCase() === scheme ? '(min-width: 1px)' : '(max-width: 0px)',
  );
}

/** The frame itself leads nowhere. */
function withLinksOutside(markup: string): string {
  const base = '<base target="_blank">';
  const head =
    /<head(?:\s[^<>]*)?>/i.exec(markup) ??
    /<html(?:\s[^<>]*)?>/i.exec(markup) ??
    /^\s*<!doctype[^<>]*>/i.exec(markup);
  if (!head) return base + markup;
  const end = head.index + head[0].length;
  return markup.slice(0, end) + base + markup.slice(end);
}

function percentDecoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
