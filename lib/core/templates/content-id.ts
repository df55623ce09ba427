import { createHash } from 'node:crypto';

/** The Content-ID of a file. It is made of the content: the same in every mail, and one file under two names travels once. */
export function contentIdOf(content: Uint8Array): string {
  return `${createHash('sha256').update(content).digest('hex').slice(0, 32)}@embedded.mailroom`;
}
