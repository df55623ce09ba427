/** Parameter of an address that is opened for the second time. */
export const AGAIN = 'again';

/** What an address holds only until it is opened. */
const ONCE: readonly string[] = ['key', AGAIN];

/** Whether an address holds what should stay in no history. */
export function isOpening(query: URLSearchParams): boolean {
  return ONCE.some(name => query.has(name));
}

/** Path and query of the address of a request, without what {@link isOpening} looks for, and with other parameters. */
export function addressWith(
  url: string | undefined,
  query: URLSearchParams,
  added: Readonly<Record<string, string>> = {},
): string {
  const kept = [...query].filter(([name]) => !ONCE.includes(name));
  const parameters = new URLSearchParams([...kept, ...Object.entries(added)]).toString();
  // Two slashes, or one the other way, would name a host.
  const path = `/${pathOf(url).replace(/^[/\\]+/, '')}`;
  return `${path}${parameters === '' ? '' : `?${parameters}`}`;
}

/** The path of the address of a request. */
export function pathOf(url: string | undefined): string {
  return (url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}
