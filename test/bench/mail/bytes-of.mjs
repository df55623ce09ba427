/**
 * Uses a rendered mail, as composing it would: strings that were only strung together are made one here, for all alike.
 *
 * @param {{ subject: string, html: string, text: string }} mail what was rendered
 * @returns {number} its size
 */
export function bytesOf({ subject, html, text }) {
  return Buffer.byteLength(subject) + Buffer.byteLength(html) + Buffer.byteLength(text);
}
