/** Schemes whose addresses lead nowhere from a text. */
const NOWHERE = /^(?:javascript|vbscript|data|cid|about|file|blob):/i;

/** Where a link leads, as it is written behind its text; undefined where that is nowhere. */
export function linkAddress(href: string | undefined): string | undefined {
  // Browsers drop line ends and tabs from addresses, and blanks at their ends.
  const address = href?.replace(/\p{Cc}+/gu, '').trim() ?? '';
  if (address === '' || address.startsWith('#') || NOWHERE.test(address)) return undefined;
  const plain = /^mailto:/i.test(address)
    ? mailAddress(address)
    : /^tel:/i.test(address)
      ? address.replace(/\s+/g, '')
      : address;
  // What would end the address, or break it in two.
  return plain === '' ? undefined : plain.replace(/[\s<>]/g, character => encodeURIComponent(character));
}

/** Whether a text is the address that it leads to, so that it is written once. */
export function isSameAddress(text: string, address: string): boolean {
  if (text === address) return true;
  const phone = /^tel:/i.test(address);
  if (phone) return digits(text) !== '' && digits(text) === digits(address) && !/[a-z]/i.test(text);
  const [one, other] = [text, address].map(url => url.replace(/\/$/, ''));
  return (
    one === other || (/^(?:https?:\/\/|[^@\s]+@)/i.test(text) && one?.toLowerCase() === other?.toLowerCase())
  );
}

function mailAddress(href: string): string {
  const [address = ''] = href.slice('mailto:'.length).split('?');
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function digits(text: string): string {
  return text.replace(/\D+/g, '');
}
