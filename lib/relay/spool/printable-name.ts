import { basename } from 'node:path';
import { visible } from '../../core/redaction/printable.js';

/** A file name that is safe to print: names may hold line ends and other control characters. */
export function printableName(name: string): string {
  return visible(basename(name));
}
