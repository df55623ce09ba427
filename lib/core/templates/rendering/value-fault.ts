/** What is wrong with a variable or a result where a template reads or prints it. */
export type ValueFaultKind =
  /** The context lacks the variable. */
  | 'missing'
  /** Reading the variable throws. */
  | 'unreadable'
  /** The variable is there and is no text. */
  | 'unprintable'
  /** What a helper returned is no text. */
  | 'result'
  /** The name is a helper's, and the context has a variable of that name. */
  | 'ambiguous';

/** A place in a template as the generated code passes it: line from 1, column from 0. */
export interface ValuePlace {
  readonly line: number;
  readonly column: number;
  /** Absolute path of the file. */
  readonly file: string;
}

/**
 * A template reads or prints what it cannot. The renderer turns it into a MailTemplateError. It holds no value: that may be
 * a secret.
 */
export class ValueFault extends Error {
  override readonly name = 'ValueFault';
  readonly kind: ValueFaultKind;
  /** Name of the variable or helper; of a missing variable the last part of its path. */
  readonly subject: string;
  /** What is wrong with the value, and what to do: `is a promise; await it …`. @default '' */
  readonly words: string;
  /** Where Handlebars' own errors have it. */
  readonly fileName: string;
  readonly lineNumber: number;
  readonly column: number;

  constructor(
    kind: ValueFaultKind,
    subject: string,
    place: ValuePlace,
    { words = '', cause }: { words?: string; cause?: unknown } = {},
  ) {
    super(`"${subject}": ${kind}`, { cause });
    this.kind = kind;
    this.subject = subject;
    this.words = words;
    this.fileName = place.file;
    this.lineNumber = place.line;
    this.column = place.column;
  }
}
