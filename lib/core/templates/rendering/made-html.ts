import { isSafeString } from './printable-text.js';

/**
 * The SafeStrings that helpers of a mailer have made: what is printed without escaping. One that came out of the context, where
 * it may be anybody's, is none of them, though a helper hands it on.
 */
export class MadeHtml {
  readonly #made = new WeakSet();

  /** Whether a helper has made a value as HTML. */
  has(value: unknown): value is { toHTML(): string } {
    return typeof value === 'object' && value !== null && this.#made.has(value);
  }

  /**
   * Takes what a helper has returned for HTML that it made, when it is a SafeString and none of its arguments.
   *
   * @param self the context in which the helper was called
   * @param args its arguments, Handlebars' options last
   */
  note(result: unknown, self: unknown, args: readonly unknown[]): void {
    if (!isSafeString(result) || this.#made.has(result)) return;
    const options: unknown = args.at(-1);
    const given = [self, ...args, ...valuesOf(Object(options).hash), ...valuesOf(self)];
    if (!given.includes(result)) this.#made.add(result);
  }
}

/** The values of an object's own fields; a getter is not asked. */
function valuesOf(object: unknown): unknown[] {
  if (typeof object !== 'object' || object === null) return [];
  return Object.values(Object.getOwnPropertyDescriptors(object)).map(
    ({ value }: PropertyDescriptor): unknown => value,
  );
}
