import { CHECK_NOTE, COMPILED } from '../../core/templates/files/checked-sources.js';
import { sourcesProblems } from '../../core/templates/files/sources-problems.js';

/** What every module begins with that the command has written, and no other. */
const MARK = '// Written by "nest-mailroom templates bundle"';
const HEAD = `${MARK}. Do not edit it: run the command again.\n/* eslint-disable */\n// prettier-ignore\n`;

/** The type of what templates are compiled to, by which the parameters of its functions have theirs. */
const COMPILED_TYPE =
  'Record<string, { partials: object[]; plain: boolean; balanced: boolean; spec: Record<string, boolean | (number | string)[] | ((...args: any[]) => any)> }>';

type Sources = Readonly<Record<string, string>>;

/** Ends an object that was begun by {@link HEAD} and makes it what others import. */
const ENDINGS = {
  '.ts': typeScript,
  '.mts': typeScript,
  '.js': esModule,
  '.mjs': esModule,
  '.cjs': (object: string) =>
    `${HEAD}const templates = ${object};\nObject.defineProperty(exports, '__esModule', { value: true });\nexports.templates = templates;\nexports.default = templates;\n`,
  '.json': (object: string) => `${object}\n`,
} as const;

/** The endings of files that can be written. */
export const MODULE_ENDINGS = Object.keys(ENDINGS).join(', ');

/** What a module has beside the texts of its templates. */
export interface CheckedTemplates {
  /** What is said of their check. */
  readonly note: string;
  /** What is run of them, as an object literal. */
  readonly compiled: string;
}

/**
 * The text of a module of templates, by the ending of its file; undefined for an ending that is not known.
 *
 * @param checked what JSON has no place for. @default there is none
 */
export function templatesModule(
  file: string,
  sources: Sources,
  checked?: CheckedTemplates,
): string | undefined {
  const ending = Object.entries(ENDINGS).find(([name]) => file.endsWith(name) && !file.endsWith('.d.ts'));
  const [name = '', write] = ending ?? [];
  const object = JSON.stringify(sources, undefined, 2);
  return write?.(checked === undefined || name === '.json' ? object : withChecked(object, checked, name));
}

/** Nothing for those who read the paths. */
function withChecked(object: string, { note, compiled }: CheckedTemplates, ending: string): string {
  const key = ({ description }: symbol): string => `[Symbol.for(${JSON.stringify(description)})]`;
  const make = ending.endsWith('ts')
    ? `(): ${COMPILED_TYPE} => (${compiled})`
    : `/** @type {() => ${COMPILED_TYPE}} */ (() => (${compiled}))`;
  const more = [
    `${key(CHECK_NOTE)}: ${JSON.stringify(note)}`,
    `${key(COMPILED)}: { checked: ${JSON.stringify(note)}, templates: ${make} }`,
  ];
  return `${object.replace(/\n\}$/, '')},\n  ${more.join(',\n  ')}\n}`;
}

/** Whether a text is a module that the command has written; JSON, which takes no comment, is known by its keys. */
export function isTemplatesModule(text: string): boolean {
  return text.startsWith(MARK) || isJsonOfTemplates(text);
}

/** What a module holds by its paths, as far as lines can be read that the command has written. */
export function sourcesIn(module: string): ReadonlyMap<string, string> {
  const entries = module.split(/\r?\n/).filter(line => line.startsWith('  "'));
  return new Map(entries.flatMap(entryOf));
}

/** An expression for texts as long as those of images would use up the stack. */
function entryOf(line: string): [string, string][] {
  try {
    const entry: unknown = JSON.parse(`{${line.replace(/,$/, '')}}`);
    return Object.entries({ ...(entry as object) }).map(([path, text]) => [path, String(text)]);
  } catch {
    return [];
  }
}

function typeScript(object: string): string {
  return `${HEAD}export const templates = ${object} satisfies Record<string, string>;\n\nexport default templates;\n`;
}

function esModule(object: string): string {
  return `${HEAD}export const templates = ${object};\n\nexport default templates;\n`;
}

function isJsonOfTemplates(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const sources: Record<string, unknown> = { ...value };
    return Object.keys(sources).length > 0 && sourcesProblems(sources).length === 0;
  } catch {
    return false;
  }
}
