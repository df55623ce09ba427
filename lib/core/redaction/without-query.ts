/** An address as it may be shown: what follows its path may be a key, such as that of a function in a cloud. */
export function withoutQuery(address: string): string {
  return address.replace(/[?#].+$/s, '?***');
}
