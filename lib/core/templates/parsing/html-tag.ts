/** An attribute of a tag, as it is written. */
export interface HtmlAttribute {
  /** In lower case. */
  readonly name: string;
  /** As it is written, character references included; '' when there is none. */
  readonly value: string;
  /** Whether `=` and a value are written. */
  readonly valued: boolean;
  /** Where its name begins. */
  readonly at: number;
  /** Where its value begins, behind the quotation mark; where it has none, where the name begins. */
  readonly valueAt: number;
}

/** A start or end tag. */
export interface HtmlTag {
  /** In lower case. */
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: readonly HtmlAttribute[];
  /** Where its `<` stands. */
  readonly at: number;
  /** Behind its `>`. */
  readonly end: number;
}

/**
 * What the next character would belong to; `plain-text` is text that can hold no elements and no comments, `value` stands in
 * quotation marks, and `unquoted` is a value that does not, also where it has not begun.
 */
export type HtmlPlace =
  | { readonly kind: 'text' | 'comment' | 'name' | 'tag' }
  | { readonly kind: 'plain-text' | 'raw'; readonly tag: string }
  | {
      readonly kind: 'value' | 'unquoted';
      readonly tag: string;
      readonly attribute: string;
      /** The value as far as it was read. */
      readonly before: string;
    };
