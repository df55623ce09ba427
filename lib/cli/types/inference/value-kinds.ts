/** The kinds of values that templates can do something with, in the order in which types name them. */
export const VALUE_KINDS = ['string', 'number', 'bigint', 'boolean', 'Date', 'URL', 'Duration'] as const;
/** A kind of value. */
export type ValueKind = (typeof VALUE_KINDS)[number];

/** What can be printed. */
export const PRINTABLE: readonly ValueKind[] = ['string', 'number', 'bigint', 'boolean', 'Date', 'URL'];
const OPTION: readonly ValueKind[] = ['string', 'number', 'boolean'];
const TEXT: readonly ValueKind[] = ['string'];
const NUMBER: readonly ValueKind[] = ['number', 'bigint'];
const DATE: readonly ValueKind[] = ['string', 'number', 'Date'];

/** What a helper of the module takes. */
export interface HelperArguments {
  /** Kinds of its parameters; the last one stands for all further ones. */
  readonly params: readonly (readonly ValueKind[])[];
  /** Kinds of its named arguments. */
  readonly hash: readonly ValueKind[];
}

/** The helpers that every mailer has. What the application adds takes anything. */
export const HELPER_ARGUMENTS: ReadonlyMap<string, HelperArguments> = new Map([
  ['formatDate', { params: [DATE], hash: OPTION }],
  ['formatRelative', { params: [DATE], hash: OPTION }],
  ['formatNumber', { params: [NUMBER], hash: OPTION }],
  ['formatCurrency', { params: [NUMBER, TEXT], hash: OPTION }],
  ['formatDuration', { params: [['string', 'number', 'Duration']], hash: OPTION }],
  ['plural', { params: [NUMBER, TEXT], hash: TEXT }],
  ['embed', { params: [TEXT], hash: OPTION }],
  ['link', { params: [['string', 'URL']], hash: OPTION }],
  ['default', { params: [PRINTABLE], hash: OPTION }],
  // Any two values can be compared.
  ['eq', { params: [], hash: OPTION }],
  // Its list is followed item by item.
  ['join', { params: [], hash: TEXT }],
]);

/** The helpers that Handlebars itself brings, beside those that {@link TemplateWalker} follows. */
export const NATIVE_HELPERS: readonly string[] = [
  'if',
  'unless',
  'each',
  'with',
  'lookup',
  'log',
  'helperMissing',
  'blockHelperMissing',
];
