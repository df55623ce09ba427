/** One mailbox: an address and the name of its owner. */
export interface Mailbox {
  /** Display name; absent when there is none. */
  readonly name?: string;
  /** The address, its domain normalised: `local@domain`. */
  readonly address: string;
}

/** How a caller writes one mailbox: `"ann@contoso.com"`, `"Ann <ann@contoso.com>"`, or an object. */
export type MailboxInput = string | { readonly name?: string; readonly address: string };

/** The part of an address behind the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
