/**
 * Reads an absolute URL (WHATWG URL Standard); undefined when the text is none.
 *
 * Not `URL.canParse`: once V8 has optimized its caller, Node.js 20 hands it the octets of a Latin-1 text as UTF-8, and
 * `https://exämple.test` is no URL any more.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
