import { HtmlPlaces } from '../parsing/html-places.js';
import type { HtmlPlace } from '../parsing/html-tag.js';

type Program = hbs.AST.Program;
type Statement = hbs.AST.Statement;
type Partial = hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement;

/** Names of the hidden helpers that stand around what is printed at a place where values need more escaping. */
const [CLOSE, WITHIN, REOPEN] = ['.close', '.within', '.reopen'];

const MARKS = /[&<>"']/;
const MARK = /[&<>"']/g;
const EVERY_MARK = /[&<>"'`=]/g;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

/**
 * Escapes what the html parts of one environment print. Text and values in quotation marks are left by none of the five
 * characters that are escaped there; `=` stays, because click trackers and filters look for addresses in the source. Anywhere
 * else, as in `<td width={{x}}>`, a value could begin another attribute: there, and where the place is not known, `=` and the
 * backtick are escaped as well.
 */
export class HtmlEscaping {
  readonly #isPlain: (partial: string) => boolean;
  readonly #outer: boolean[] = [];
  #closed = false;
  #closedForGood = false;

  /** @param isPlain whether a partial or layout of the environment can be read as part of a value: see {@link isPlainValue} */
  constructor(isPlain: (partial: string) => boolean) {
    this.#isPlain = isPlain;
  }

  /** The hidden helpers; no template calls them by accident, and none gets less escaping by them. */
  get helpers(): Record<string, (...args: unknown[]) => string> {
    return {
      [CLOSE]: () => this.#enter(true),
      [WITHIN]: name => this.#enter(typeof name !== 'string' || !this.#isPlain(name)),
      [REOPEN]: () => {
        this.#closed = this.#outer.pop() ?? this.#closed;
        return '';
      },
    };
  }

  /** What is printed for a text. */
  escape(text: string): string {
    if (this.#closed || this.#closedForGood)
      return text.replace(EVERY_MARK, mark => REFERENCES[mark] ?? mark);
    return MARKS.test(text) ? text.replace(MARK, mark => REFERENCES[mark] ?? mark) : text;
  }

  /**
   * Begins a mail, or one within another.
   *
   * @returns what {@link end} takes
   */
  begin(): number {
    return this.#outer.push(this.#closed);
  }

  /** Ends a mail, also one that has failed somewhere. */
  end(begun: number): void {
    this.#closed = this.#outer[begun - 1] ?? false;
    this.#outer.length = begun - 1;
  }

  /**
   * Puts the hidden helpers into a template, where it prints at a place that needs them.
   *
   * @param program a syntax tree, which is left as it is
   */
  guarded(program: Program): Program {
    const places = new HtmlPlaces(program, { emptyValues: true });
    // A file that ends within a tag moves what stands behind it in others, where nobody sees that.
    if (!places.balanced) this.#closedForGood = true;
    return guardedProgram(program, places, inlineValues(program));
  }

  #enter(closed: boolean): string {
    this.#outer.push(this.#closed);
    this.#closed ||= closed;
    return '';
  }
}

/** Whether a template prints only what stays within quotation marks around it: text without marks, values, and blocks of these. */
export function isPlainValue(program: Program | undefined): boolean {
  return (program?.body ?? []).every(statement => {
    switch (statement.type) {
      case 'ContentStatement':
        return !MARKS.test((statement as hbs.AST.ContentStatement).value);
      case 'MustacheStatement':
        return (statement as hbs.AST.MustacheStatement).escaped;
      case 'BlockStatement': {
        const block = statement as hbs.AST.BlockStatement;
        return isPlainValue(block.program) && isPlainValue(block.inverse);
      }
      case 'CommentStatement':
        return true;
      default:
        return false;
    }
  });
}

function guardedProgram(program: Program, places: HtmlPlaces, inline: ReadonlySet<string>): Program {
  const body = program.body.flatMap(statement => guardedStatement(statement, places, inline));
  return { ...program, body };
}

function guardedStatement(
  statement: Statement,
  places: HtmlPlaces,
  inline: ReadonlySet<string>,
): Statement[] {
  switch (statement.type) {
    case 'MustacheStatement':
      return places.of(statement).every(isQuotedOrText) && places.of(statement).length > 0
        ? [statement]
        : around(statement, hidden(statement, CLOSE));
    case 'PartialStatement':
      return guardedPartial(statement as Partial, statement, places.of(statement), inline);
    case 'PartialBlockStatement':
    case 'DecoratorBlock':
    case 'BlockStatement': {
      const block = statement as hbs.AST.BlockStatement;
      const { program, inverse }: { program?: Program; inverse?: Program } = block;
      const inner = {
        ...block,
        ...(program && { program: guardedProgram(program, places, inline) }),
        ...(inverse && { inverse: guardedProgram(inverse, places, inline) }),
      };
      return statement.type === 'PartialBlockStatement'
        ? guardedPartial(statement as Partial, inner, places.of(statement), inline)
        : [inner];
    }
    default:
      return [statement];
  }
}

/** A partial can hold anything; within a value that is in order when it holds no marks. */
function guardedPartial(
  { name, loc }: Partial,
  statement: Statement,
  places: readonly HtmlPlace[],
  inline: ReadonlySet<string>,
): Statement[] {
  if (places.length > 0 && places.every(({ kind }) => kind === 'text')) return [statement];
  const literal = name.type === 'SubExpression' || !('original' in name) ? undefined : String(name.original);
  if (literal === undefined || literal === '@partial-block' || !places.every(isQuotedOrText))
    return around(statement, hidden({ loc }, CLOSE));
  return inline.has(literal) ? [statement] : around(statement, hidden({ loc }, WITHIN, literal));
}

function isQuotedOrText({ kind }: HtmlPlace): boolean {
  return kind === 'text' || kind === 'plain-text' || kind === 'value';
}

function around(statement: Statement, before: Statement): Statement[] {
  return [before, statement, hidden(statement, REOPEN)];
}

function hidden({ loc }: Pick<Statement, 'loc'>, name = '', argument?: string): Statement {
  const strip = { open: false, close: false };
  const path = { type: 'PathExpression', loc, data: false, depth: 0, parts: [name], original: `[${name}]` };
  const params =
    argument === undefined ? [] : [{ type: 'StringLiteral', loc, value: argument, original: argument }];
  return Object.assign({ type: 'MustacheStatement', loc }, { path, params, escaped: false, strip });
}

/** The inline partials of a file that are plain values. */
function inlineValues(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  const mixed = new Set<string>();
  const look = (within: Program | undefined): void => {
    for (const statement of within?.body ?? []) {
      const block = statement as hbs.AST.DecoratorBlock & hbs.AST.BlockStatement;
      const [name] = block.params ?? [];
      if (statement.type === 'DecoratorBlock' && name?.type === 'StringLiteral')
        (isPlainValue(block.program) ? names : mixed).add((name as hbs.AST.StringLiteral).value);
      if (['DecoratorBlock', 'BlockStatement', 'PartialBlockStatement'].includes(statement.type)) {
        look(block.program);
        look(block.inverse);
      }
    }
  };
  look(program);
  return new Set([...names].filter(name => !mixed.has(name)));
}
