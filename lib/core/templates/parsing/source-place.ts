/** A place in a source, as people count. */
export interface SourcePlace {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;
}

/** The line and column of an offset in a source. */
export function placeAt(source: string, offset: number): SourcePlace {
  const before = source.slice(0, offset).split(/\r\n?|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
