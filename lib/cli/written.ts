/** A stream of texts. */
export interface TextStream {
  write(text: string, written?: () => void): unknown;
}

/** Writes a text; resolves when it is out, or cannot be written any more. */
export function written(output: TextStream, text: string): Promise<void> {
  return new Promise(resolve => output.write(text, () => resolve()));
}
