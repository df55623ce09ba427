/** A place in a template file as Handlebars counts: line from 1, column from 0. */
export interface TemplatePlace {
  /** Absolute path of the file; undefined where Handlebars does not say it. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 0. */
  readonly column: number;
}

/** Where a helper is called, by the options that Handlebars passes to it as its last argument. */
export function placeOfCall(options: unknown): TemplatePlace | undefined {
  const loc: unknown = Object(options).loc;
  const { source, start }: { source?: unknown; start?: unknown } = Object(loc);
  const { line, column }: { line?: unknown; column?: unknown } = Object(start);
  return typeof line === 'number' && typeof column === 'number'
    ? { line, column, ...(typeof source === 'string' && { file: source }) }
    : undefined;
}

/** The place that Handlebars notes in the errors that it throws itself. */
export function placeOfError(error: unknown): TemplatePlace | undefined {
  if (typeof error !== 'object' || error === null || !('lineNumber' in error) || !('column' in error))
    return undefined;
  const { lineNumber, column } = error;
  return typeof lineNumber === 'number' && typeof column === 'number'
    ? { line: lineNumber, column }
    : undefined;
}
