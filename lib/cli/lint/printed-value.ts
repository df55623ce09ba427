/** What is known of what an expression prints, from how it is written. */
export type PrintedKind =
  /** A value of the context. */
  | 'value'
  /** The result of a helper of the application, which may check what it prints. */
  | 'helper'
  /** An address that was checked. */
  | 'link'
  /** What cannot do harm anywhere: numbers, dates, colours, what the template says itself. */
  | 'safe';

/** Helpers that check what they print, or print what only Intl makes. */
const SAFE_HELPERS: ReadonlySet<string> = new Set([
  'embed',
  'eq',
  'formatCurrency',
  'formatDate',
  'formatDuration',
  'formatNumber',
  'formatRelative',
]);
/** Helpers that print their arguments. */
const PASSING_HELPERS: ReadonlySet<string> = new Set(['default', 'join', 'lookup', 'plural']);
/** Data of the module and of loops: none of it comes out of the context. */
const SAFE_DATA = /^@(?:brand\.|(?:\.\.\/)*(?:culture|dir|timeZone|index|first|last)$)/;

type Expression = hbs.AST.Node;

interface Call extends Expression {
  readonly path: Expression;
  readonly params: readonly Expression[];
  readonly hash?: hbs.AST.Hash;
}

/** What the arguments are with which a partial is called, by their names. */
export interface KnownArguments {
  /** Those of the call itself. */
  readonly own: ReadonlyMap<string, PrintedKind>;
  /** Those of the calls around it, too: a partial sees what the one sees that calls it. */
  readonly all: ReadonlyMap<string, PrintedKind>;
}

/** Where nothing is known of what a partial is called with, or of the context of a template. */
export const NOTHING_KNOWN: KnownArguments = { own: new Map(), all: new Map() };

/**
 * What an expression prints.
 *
 * @param helpers names of the application's helpers
 * @param known arguments of the partial in which it stands @default none
 */
export function printedKind(
  expression: Expression,
  helpers: readonly string[],
  known: KnownArguments = NOTHING_KNOWN,
): PrintedKind {
  if (/^(?:String|Number|Boolean|Null|Undefined)Literal$/.test(expression.type)) return 'safe';
  if (expression.type === 'PathExpression')
    return kindOfPath((expression as hbs.AST.PathExpression).original, helpers, known);
  if (!isCall(expression)) return 'value';
  const { path, params, hash } = expression;
  const name = 'original' in path ? String(path.original) : '';
  const pairs = hash?.pairs ?? [];
  if (params.length === 0 && pairs.length === 0 && expression.type !== 'SubExpression')
    return kindOfPath(name, helpers, known);
  if (name === 'link') return 'link';
  if (SAFE_HELPERS.has(name)) return 'safe';
  if (!PASSING_HELPERS.has(name)) return 'helper';
  if (name === 'lookup') return kindOfLookup(params, known);
  // The number decides which form is written, and is written as one.
  const passed = [...(name === 'plural' ? params.slice(1) : params), ...pairs.map(({ value }) => value)];
  return worst(passed.map(one => printedKind(one, helpers, known)));
}

/** The worst of several. */
export function worst(kinds: Iterable<PrintedKind>): PrintedKind {
  const all = new Set(kinds);
  return (['value', 'helper', 'link'] as const).find(kind => all.has(kind)) ?? 'safe';
}

function kindOfPath(original: string, helpers: readonly string[], known: KnownArguments): PrintedKind {
  if (SAFE_DATA.test(original)) return 'safe';
  const argument = known.all.get(original.replace(/^(?:this[./]|\.\/)/, ''));
  if (argument) return argument;
  return helpers.includes(original) ? 'helper' : 'value';
}

/** `{{lookup this name}}` in a partial is one of its arguments, where it has any. */
function kindOfLookup([from, key]: readonly Expression[], known: KnownArguments): PrintedKind {
  const own = from !== undefined && 'original' in from && (from.original === 'this' || from.original === '.');
  if (!own || known.own.size === 0) return 'value';
  if (key?.type === 'StringLiteral') return known.own.get((key as hbs.AST.StringLiteral).value) ?? 'value';
  return worst(known.own.values());
}

function isCall(node: Expression): node is Call {
  return 'path' in node && 'params' in node;
}
