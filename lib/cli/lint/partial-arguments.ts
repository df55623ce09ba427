import { aliasesOf } from '../../core/templates/files/shared-file-names.js';
import { TemplateVisitor } from '../../core/templates/parsing/template-visitor.js';
import type { LintScope } from './lint-scope.js';
import type { LintedFile } from './linted-file.js';
import type { KnownArguments, PrintedKind } from './printed-value.js';
import { NOTHING_KNOWN, printedKind, worst } from './printed-value.js';

type Partial = hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement;
type Program = hbs.AST.Program;

/** A place where a file uses a partial by its name. */
interface PartialCall {
  readonly partial: Partial;
  readonly name: string;
  readonly file: LintedFile;
}

const DEEPEST = 20;

/** What is known of the values that partials print, by the arguments with which they are called. */
export class PartialArguments {
  readonly #scope: LintScope;
  readonly #helpers: readonly string[];
  readonly #known = new Map<LintedFile, KnownArguments>();
  #found: readonly PartialCall[] | undefined;

  /** @param helpers names of the application's helpers */
  constructor(scope: LintScope, helpers: readonly string[]) {
    this.#scope = scope;
    this.#helpers = helpers;
  }

  /** What a mustache or partial of a file prints at worst. */
  kindIn(file: LintedFile, statement: hbs.AST.Statement): PrintedKind {
    return this.#kind(statement, file, this.#argumentsOf(file), DEEPEST);
  }

  get #calls(): readonly PartialCall[] {
    const { files, builtIn } = this.#scope;
    this.#found ??= [...files, ...builtIn].flatMap(file =>
      callsIn(file.parsed.program).map(call => ({ ...call, file })),
    );
    return this.#found;
  }

  /** What every call of a partial gives it; of a template, nothing is known. */
  #argumentsOf(linted: LintedFile): KnownArguments {
    const known = this.#known.get(linted);
    if (known) return known;
    const { file } = linted;
    // Of one that calls itself, by way of others too, nothing is known on the way.
    this.#known.set(linted, NOTHING_KNOWN);
    const names = file.shared ? [file.name, ...aliasesOf(file)] : [];
    const calls = names.length > 0 ? this.#calls.filter(({ name }) => names.includes(name)) : [];
    const [first, ...others] = calls.map(call => this.#given(call.partial, this.#argumentsOf(call.file)));
    const common = [...(first ?? [])].flatMap(([key, kind]): [string, PrintedKind][] => {
      const kinds = others.map(given => given.get(key) ?? 'value');
      return [[key, worst([kind, ...kinds])]];
    });
    const own = new Map(common);
    const found = { own, all: own };
    this.#known.set(linted, found);
    return found;
  }

  #given({ hash }: Partial, known: KnownArguments): ReadonlyMap<string, PrintedKind> {
    // Without the hash there is none, whatever the types of Handlebars say.
    const { pairs = [] }: { pairs?: hbs.AST.HashPair[] } = Object(hash);
    return new Map(pairs.map(({ key, value }) => [key, printedKind(value, this.#helpers, known)]));
  }

  #kind(statement: hbs.AST.Statement, file: LintedFile, known: KnownArguments, depth: number): PrintedKind {
    if (statement.type === 'MustacheStatement') return printedKind(statement, this.#helpers, known);
    if (statement.type === 'PartialStatement' || statement.type === 'PartialBlockStatement')
      return this.#kindOfPartial(statement as Partial, file, known, depth);
    if (statement.type !== 'BlockStatement') return 'safe';
    const { program, inverse }: { program?: Program; inverse?: Program } =
      statement as hbs.AST.BlockStatement;
    return worst([program, inverse].map(one => this.#kindOfProgram(one, file, known, depth)));
  }

  #kindOfProgram(
    program: Program | undefined,
    file: LintedFile,
    known: KnownArguments,
    depth: number,
  ): PrintedKind {
    return worst((program?.body ?? []).map(statement => this.#kind(statement, file, known, depth)));
  }

  #kindOfPartial(partial: Partial, file: LintedFile, known: KnownArguments, depth: number): PrintedKind {
    const name = nameOf(partial);
    // What cannot be followed is taken for what its author answers for, as a helper's result.
    if (name === undefined || depth === 0) return 'helper';
    const own = this.#given(partial, known);
    const given = { own, all: new Map([...known.all, ...own]) };
    const inline = inlineProgram(file.parsed.program, name);
    if (inline) return this.#kindOfProgram(inline, file, given, depth - 1);
    const used = this.#scope.shared(file.file.part, file.file.culture).get(name);
    const linted = used && this.#scope.linted(used);
    return linted ? this.#kindOfProgram(linted.parsed.program, linted, given, depth - 1) : 'helper';
  }
}

function nameOf({ name }: Partial): string | undefined {
  const literal = name.type === 'SubExpression' || !('original' in name) ? undefined : String(name.original);
  return literal?.startsWith('@') ? undefined : literal;
}

function callsIn(program: Program): { partial: Partial; name: string }[] {
  const finder = new CallFinder();
  finder.accept(program);
  return finder.calls.flatMap(partial => {
    const name = nameOf(partial);
    return name === undefined ? [] : [{ partial, name }];
  });
}

function inlineProgram(program: Program, name: string): Program | undefined {
  const finder = new CallFinder();
  finder.accept(program);
  return finder.inline.get(name);
}

class CallFinder extends TemplateVisitor {
  readonly calls: Partial[] = [];
  readonly inline = new Map<string, Program>();

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.calls.push(partial);
    super.PartialStatement(partial);
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    this.calls.push(partial);
    super.PartialBlockStatement(partial);
  }

  override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
    const [name] = decorator.params ?? [];
    if (name?.type === 'StringLiteral')
      this.inline.set((name as hbs.AST.StringLiteral).value, decorator.program);
    super.DecoratorBlock(decorator);
  }
}
