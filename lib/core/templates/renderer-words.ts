import { visible } from '../redaction/printable.js';

/** Characters of the name of a class that are shown. */
const LONGEST_NAME = 60;

/** A renderer of the application as the beginning of a sentence: `The renderer MjmlRenderer`. */
export function rendererWords(renderer: object): string {
  let name: unknown;
  try {
    name = renderer.constructor.name;
  } catch {
    // An object without a prototype, or a proxy.
  }
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `The renderer ${visible(name).slice(0, LONGEST_NAME)}`
    : 'The renderer of the application';
}
