import { visible } from '../../redaction/printable.js';

/** Longest text of a server that an error, a receipt or a transcript quotes. */
const LONGEST = 1500;

/**
 * Makes what a server said fit for errors, receipts and logs: shortened, and with control characters shown escaped, so
 * that no server writes to a terminal or forges lines of a log. The line ends of a reply of several lines stay.
 */
export function quotable(text: string): string {
  // Nearly everything that servers say.
  if (text.length <= LONGEST && /^[\x20-\x7e]*$/.test(text)) return text;
  const lines = shortened(text).split(/\r?\n/);
  return shortened(lines.map(visible).join('\n'));
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
