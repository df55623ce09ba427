import { types } from 'node:util';
import type { LineGuard } from './line-guard.js';
import type { MadeHtml } from './made-html.js';
import { describeValue, isPromise, isSafeString, printableText, remedyFor } from './printable-text.js';
import { hasOwn, readOwn } from './read-own.js';
import { ValueFault } from './value-fault.js';

/** What {@link CompiledCalls} are made of. */
export interface CompiledCallsParts {
  /** Whether what cannot be printed is an error. */
  readonly strict: boolean;
  readonly made: MadeHtml;
  readonly lines: LineGuard;
  /** What an html part prints for a text. */
  readonly escape: (text: string) => string;
}

/** A program of a template: a block, which Handlebars runs with a context. */
type Program = ((context: unknown, options?: { data?: unknown; blockParams?: unknown }) => unknown) & object;

/** What Handlebars' runtime keeps of a program. */
interface ProgramCode {
  (...scope: unknown[]): unknown;
  decorator?: (program: Program, props: object, ...scope: unknown[]) => Program;
}

/** What this file uses of the runtime of a compiled template. */
interface ProgramHost {
  readonly helpers: unknown;
  readonly partials: unknown;
  readonly nullContext: unknown;
  fn(index: number): ProgramCode;
}

/** What the code that is made of a template calls; its names begin with a dot, and no template can call them. */
export type CompiledCalls = ReturnType<typeof compiledCalls>;

/** Makes the functions that the code of templates calls to read and print values. */
export function compiledCalls({ strict, made, lines, escape }: CompiledCallsParts) {
  /** The text of what is not plainly printable; undefined for HTML that a helper made. */
  const lenient = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
  const textOf = (value: unknown, fault: (value: unknown) => ValueFault): string => {
    if (!strict) return lenient(value);
    const text = printableText(value);
    if (text === undefined) throw fault(value);
    return text;
  };
  const faultOf =
    (kind: 'unprintable' | 'result', name: string, line: number, column: number, file: string) =>
    (value: unknown): ValueFault =>
      new ValueFault(kind, name, { line, column, file }, { words: wordsFor(kind, name, value) });

  const printer =
    (encoded: (text: string) => string) =>
    (
      value: unknown,
      kind: 'unprintable' | 'result',
      name: string,
      line: number,
      column: number,
      file: string,
    ): string => {
      if (typeof value === 'string') return lines.guarded(encoded(value));
      if (made.has(value)) return lines.guarded(value.toHTML());
      return lines.guarded(encoded(textOf(value, faultOf(kind, name, line, column, file))));
    };

  return {
    /** Reads a field that need not be there. */
    '.read': (from: unknown, name: string, line: number, column: number, file: string): unknown => {
      try {
        return readOwn(from, name);
      } catch (cause) {
        throw new ValueFault('unreadable', name, { line, column, file }, { cause });
      }
    },
    /** Reads a field that must be there. */
    '.strict': (from: unknown, name: string, line: number, column: number, file: string): unknown => {
      try {
        if (hasOwn(from, name)) return readOwn(from, name);
      } catch (cause) {
        throw new ValueFault('unreadable', name, { line, column, file }, { cause });
      }
      throw new ValueFault('missing', name, { line, column, file });
    },
    /** A function of the context, which is called with arguments; what is missing is told elsewhere. */
    '.callable': (value: unknown, name: string, line: number, column: number, file: string): unknown => {
      if (typeof value === 'function' || (!strict && value === undefined)) return value;
      const words = `is called with arguments and is ${describeValue(value)}, no function; leave out the arguments, or make it a helper of the application`;
      throw new ValueFault('unprintable', name, { line, column, file }, { words });
    },
    /** Refuses to call a helper without arguments where the context has a variable of its name. */
    '.helper': (context: unknown, name: string, line: number, column: number, file: string): void => {
      if (typeof context === 'object' && context !== null && Object.hasOwn(context, name))
        throw new ValueFault('ambiguous', name, { line, column, file });
    },
    /** What an html part prints for a value. */
    '.escaped': printer(escape),
    /** What a subject or text prints for a value, and html for one in three braces. */
    '.text': printer(text => text),
    /** What is printed for a block: its helper has escaped what it had to. */
    '.block': (value: unknown, name: string, line: number, column: number, file: string): string => {
      if (typeof value === 'string') return value;
      if (made.has(value)) return lines.guarded(value.toHTML());
      return textOf(value, faultOf('result', name, line, column, file));
    },
    /** Begins an indented partial. */
    '.indent': (): void => lines.begin(),
    /** Ends an indented partial. */
    '.indented': (_begun: unknown, printed: string, indent: string): string => lines.end(printed, indent),
    '.program': program,
  };
}

/**
 * A block within contexts. Handlebars takes a context that equals the one around it loosely, as `'x' == ['x']`, for the same,
 * and `../` then leads past it.
 */
function program(
  host: ProgramHost,
  index: number,
  data: unknown,
  declaredBlockParams: number,
  blockParams: unknown,
  depths: readonly unknown[],
): Program {
  const code = host.fn(index);
  const run: Program = (context, options = {}) =>
    code(
      host,
      context,
      host.helpers,
      host.partials,
      options.data ?? data,
      blockParams && [options.blockParams].concat(blockParams),
      isSameContext(context, depths[0], host) ? depths : [context, ...depths],
    );
  let decorated = run;
  if (code.decorator) {
    const props = {};
    decorated = code.decorator(run, props, host, depths[0], data, blockParams, depths);
    Object.assign(decorated, props);
  }
  return Object.assign(decorated, {
    program: index,
    depth: depths.length,
    blockParams: declaredBlockParams,
  });
}

function isSameContext(context: unknown, around: unknown, { nullContext }: ProgramHost): boolean {
  if (Object.is(context, around)) return true;
  if (context === nullContext) return around === null || around === undefined;
  // A helper outside strict mode gets a text as `this` in a box.
  return types.isBoxedPrimitive(context) && Object.is(context.valueOf(), around);
}

function wordsFor(kind: 'unprintable' | 'result', name: string, value: unknown): string {
  const what = describeValue(value);
  if (kind === 'unprintable') return `is ${what}; ${remedyFor(value, name)}`;
  if (isPromise(value)) return `returned ${what}; ${ASYNC_HELPER}`;
  if (value === undefined || value === null)
    return name === 'lookup'
      ? `returned ${what}; where the value may be missing, write {{default (lookup …) "…"}}`
      : `returned ${what}; it must return a text, of which '' prints nothing`;
  if (typeof value === 'object' && 'toHTML' in value)
    return isSafeString(value)
      ? `returned ${what} that came out of the context; only one that a helper makes is printed as HTML`
      : `returned ${what} that is no SafeString; return new SafeString(html), which the package handlebars exports`;
  return `returned ${what}; it must return a text`;
}

/** What to do about a helper that returns a promise. */
export const ASYNC_HELPER =
  'helpers cannot wait: await it before the mail is sent, and pass the result in the context';
