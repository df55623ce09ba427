import { TemplateHelperError } from './template-helper-error.js';

/** What the formatting helpers know of the mail they write in. */
export interface FormatScope {
  /** BCP 47 tag. */
  readonly culture: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** A call of a helper, taken apart. */
export interface HelperCall {
  /** The arguments without names. */
  readonly values: readonly unknown[];
  /** The named arguments. */
  readonly hash: Readonly<Record<string, unknown>>;
  readonly scope: FormatScope;
  /** Renders the block, or what stands behind its `{{else}}`; undefined where the helper is called without a block. */
  readonly block: ((context: unknown, truthy: boolean) => unknown) | undefined;
}

/**
 * Takes apart what Handlebars passes to a helper.
 *
 * @param args the arguments, with Handlebars' options as the last one
 */
export function helperCall(args: readonly unknown[]): HelperCall {
  const { hash, data, fn, inverse }: Record<string, unknown> = Object(args.at(-1));
  const { culture, timeZone }: Record<string, unknown> = Object(data);
  return {
    values: args.slice(0, -1),
    hash: { ...Object(hash) },
    scope: {
      culture: typeof culture === 'string' ? culture : 'en',
      timeZone: typeof timeZone === 'string' ? timeZone : 'UTC',
    },
    block:
      typeof fn === 'function'
        ? (context, truthy) => {
            const chosen: unknown = truthy ? fn : inverse;
            return typeof chosen === 'function' ? Reflect.apply(chosen, undefined, [context]) : '';
          }
        : undefined,
  };
}

/**
 * Checks how many arguments without names a helper was called with.
 *
 * @param usage how the helper is called, such as `formatDate needs a Date: {{formatDate when}}`
 * @throws {@link TemplateHelperError} that says the usage
 */
export function checkCount({ values }: HelperCall, least: number, most: number, usage: string): void {
  if (values.length < least) throw new TemplateHelperError(`${usage}; it got ${counted(values.length)}`);
  if (values.length > most)
    throw new TemplateHelperError(
      `${usage}; it got ${counted(values.length)}. Options have names: style="…"`,
    );
}

function counted(count: number): string {
  return count === 0 ? 'no argument' : count === 1 ? 'one argument' : `${count} arguments`;
}
