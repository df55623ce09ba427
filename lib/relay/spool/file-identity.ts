import type { BigIntStats } from 'node:fs';

/** Tells whether a file is still the same one with the same content: a rename changes none of this, a write does. */
export function fileIdentity({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino}:${size}:${mtimeNs}`;
}
