import type { TemplateCodeOptions } from './template-code.js';

/** What this file uses of a node of a syntax tree. */
interface PlacedNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } };
  readonly path?: PlacedNode & { readonly original?: unknown };
  readonly params?: readonly unknown[];
  readonly hash?: unknown;
}

/** What this file uses of a Handlebars environment's compiler from syntax tree to opcodes. */
interface PathCompiler {
  readonly options: { readonly strict?: boolean };
  readonly sourceNode: readonly PlacedNode[];
  compile(program: object, options: object): object;
  PathExpression(path: hbs.AST.PathExpression): void;
  classifySexpr(call: object): string;
  opcode(name: string, ...values: unknown[]): void;
}

/** What this file uses of a Handlebars environment's compiler from opcodes to JavaScript. */
interface CodeCompiler {
  useBlockParams: boolean;
  readonly options: { readonly strict?: boolean };
  readonly useDepths?: boolean;
  readonly environment: {
    readonly children: readonly { readonly index: number; readonly blockParams: number }[];
  };
  readonly source: { readonly currentLocation?: SourceLocation };
  internalNameLookup(parent: unknown, name: string): unknown;
  compile(opcodes: object, options: object, context: undefined, asObject: boolean): unknown;
  aliasable(name: string): object;
  append(): void;
  appendEscaped(): void;
  appendToBuffer(source: unknown): unknown;
  contextName(depth: number): string;
  invokeHelper(paramSize: number, name: string, isSimple: boolean): void;
  invokeKnownHelper(paramSize: number, name: string): void;
  invokePartial(isDynamic: boolean, name: unknown, indent: string): void;
  programExpression(guid: number): string;
  push(code: unknown): void;
  pushSource(code: unknown): void;
  popStack(): unknown;
  quotedString(text: string): string;
  lookupPropertyFunctionVarDeclaration(): string;
  resolvePath(type: string, parts: readonly string[], from: number, falsy: boolean, strict: boolean): void;
}

interface SourceLocation {
  readonly source?: string;
  readonly start: { readonly line: number; readonly column: number };
}

interface CompilerHost {
  Compiler: new () => PathCompiler;
  JavaScriptCompiler: new () => CodeCompiler;
  parse(program: object, options: object): object;
}

/** Makes code of syntax trees that reads and prints values with the functions of `compiledCalls`. */
export interface StrictCompiler {
  /** The code as what Handlebars' runtime runs. */
  spec(program: object, options: CodeOptions): TemplateSpecification;
  /** The same as JavaScript. */
  source(program: object, options: CodeOptions): string;
}

type CodeOptions = Pick<TemplateCodeOptions, 'knownHelpers' | 'strict' | 'html'>;

/** A compiler that is as strict as templates promise to be. It must know all helpers by name. */
export function strictCompiler(handlebars: object): StrictCompiler {
  const environment = compilerHost(handlebars);
  const Paths = strictPaths(environment.Compiler);
  const Code = strictCode(environment.JavaScriptCompiler);
  const compile = (program: object, given: CodeOptions, asObject: boolean): unknown => {
    const { knownHelpers, strict, html } = given;
    const options = { knownHelpers, strict, noEscape: !html, data: true };
    const opcodes = new Paths().compile(environment.parse(program, options), options);
    return new Code().compile(opcodes, options, undefined, asObject);
  };
  return {
    spec: (program, options) => Object(compile(program, options, true)),
    source: (program, options) => String(compile(program, options, false)),
  };
}

/**
 * Takes a syntax tree as far as a compiler finds fault with it; JavaScript is made of it when it is first rendered.
 *
 * @throws whatever Handlebars throws
 */
export function checkProgram(environment: object, program: object): void {
  const { Compiler } = compilerHost(environment);
  new Compiler().compile(program, { strict: true });
}

/** Passes with each opcode what Handlebars leaves out: the place and name of what is printed, and whether a path is strict. */
function strictPaths(Base: new () => PathCompiler): new () => PathCompiler {
  return class StrictPaths extends Base {
    #strict = false;
    get compiler(): typeof StrictPaths {
      return StrictPaths;
    }
    /** All helpers are known, so a name that is none of them is a variable. */
    override classifySexpr(call: object): string {
      const kind = super.classifySexpr(call);
      return kind === 'ambiguous' ? 'simple' : kind;
    }
    override PathExpression(path: hbs.AST.PathExpression): void {
      this.#strict = 'strict' in path && path.strict === true;
      super.PathExpression(path);
    }
    override opcode(name: string, ...values: unknown[]): void {
      const [node] = this.sourceNode;
      switch (name) {
        case 'lookupBlockParam':
          return super.opcode(name, ...values, this.#strict);
        // A function is not printed; a block may still ask for what it returns.
        case 'resolvePossibleLambda':
          return this.options.strict === true && node?.type === 'MustacheStatement'
            ? undefined
            : super.opcode(name, ...values);
        case 'invokeKnownHelper':
          return super.opcode(name, ...values, node !== undefined && isBare(node));
        // What is called and is no known helper is a function of the context.
        case 'invokeHelper':
          return super.opcode(name, values[0], values[1], false);
        case 'append':
        case 'appendEscaped':
          return super.opcode(name, ...this.#printed(node));
        default:
          return super.opcode(name, ...values);
      }
    }
    /** What is printed, its name and place: one by one, so that Handlebars can tell whether two programs are alike. */
    #printed(node: PlacedNode | undefined): unknown[] {
      const start = node?.path?.loc?.start;
      if (!node?.path || !start) return [];
      const helper = this.classifySexpr(node) === 'helper';
      const kind = node.type === 'BlockStatement' ? 'block' : helper ? 'result' : 'unprintable';
      return [kind, String(node.path.original), start.line, start.column];
    }
  };
}

/** Whether a node names something and passes no arguments: a helper then, or a variable. */
function isBare({ type, params, hash }: PlacedNode): boolean {
  return type !== 'SubExpression' && (params ?? []).length === 0 && !hash;
}

function strictCode(Base: new () => CodeCompiler): new () => CodeCompiler {
  return class StrictCode extends Base {
    get compiler(): typeof StrictCode {
      return StrictCode;
    }
    /** Handlebars repeats in each block what stands in for it in a runtime that is older than any we take. */
    override lookupPropertyFunctionVarDeclaration(): string {
      return 'lookupProperty = container.lookupProperty';
    }
    nameLookup(parent: unknown, name: string, type?: string): unknown {
      if (type !== 'context' && type !== 'data') return this.internalNameLookup(parent, name);
      return [this.#call('.read'), '(', parent, ', ', this.quotedString(name), ', ', this.#here(), ')'];
    }
    lookupBlockParam(id: readonly [number, number], parts: readonly string[], strict: boolean): void {
      this.useBlockParams = true;
      this.push(['blockParams[', id[0], '][', id[1], ']']);
      this.resolvePath('context', parts, 1, false, strict && parts.length > 1);
    }
    override resolvePath(
      type: string,
      parts: readonly string[],
      from: number,
      falsy: boolean,
      strict: boolean,
    ): void {
      // Not strict, Handlebars leaves out what is falsy on the way.
      if (this.options.strict !== true) return super.resolvePath(type, parts, from, falsy, strict);
      const last = strict ? parts.length - 1 : parts.length;
      let code = this.popStack();
      for (const name of parts.slice(from, last)) code = this.nameLookup(code, name, type);
      const [name = ''] = parts.slice(last);
      this.push(
        strict
          ? [this.#call('.strict'), '(', code, ', ', this.quotedString(name), ', ', this.#here(), ')']
          : code,
      );
    }
    override append(...note: unknown[]): void {
      this.#append('.text', note);
    }
    override appendEscaped(...note: unknown[]): void {
      this.#append('.escaped', note);
    }
    override invokeKnownHelper(paramSize: number, name: string, bare = false): void {
      super.invokeKnownHelper(paramSize, name);
      // Names with a dot in front are ours.
      if (!bare || name.startsWith('.')) return;
      const call = this.popStack();
      const check = [
        this.#call('.helper'),
        '(',
        this.contextName(0),
        ', ',
        this.quotedString(name),
        ', ',
        this.#here(),
        ')',
      ];
      this.push(['(', ...check, ', ', call, ')']);
    }
    override invokeHelper(paramSize: number, name: string, isSimple: boolean): void {
      const callee = this.popStack();
      const place = [this.quotedString(name), ', ', this.#here()];
      this.push([this.#call('.callable'), '(', callee, ', ', ...place, ')']);
      super.invokeHelper(paramSize, name, isSimple);
    }
    override invokePartial(isDynamic: boolean, name: unknown, indent: string): void {
      super.invokePartial(isDynamic, name, '');
      if (indent === '') return;
      const printed = this.popStack();
      const begin = [this.#call('.indent'), '()'];
      this.push([
        this.#call('.indented'),
        '(',
        ...begin,
        ', ',
        printed,
        ', ',
        this.quotedString(indent),
        ')',
      ]);
    }
    override programExpression(guid: number): string {
      const child = this.environment.children[guid];
      if (this.useDepths !== true || !child) return super.programExpression(guid);
      // Decorators have no other way to the helpers.
      return `container.helpers[".program"](container, ${child.index}, data, ${child.blockParams}, blockParams, depths)`;
    }
    #append(print: '.text' | '.escaped', [kind, name, line, column]: unknown[]): void {
      const value = this.popStack();
      // What a partial prints is a text.
      if (typeof kind !== 'string') return this.pushSource(this.appendToBuffer(value));
      const place = [
        this.quotedString(String(name)),
        ', ',
        String(line),
        ', ',
        String(column),
        ', ',
        this.#file(),
      ];
      const code =
        kind === 'block'
          ? [this.#call('.block'), '(', value, ', ', ...place, ')']
          : [this.#call(print), '(', value, ', ', this.quotedString(kind), ', ', ...place, ')'];
      this.pushSource(this.appendToBuffer(code));
    }
    #call(name: string): object {
      return this.aliasable(`helpers["${name}"]`);
    }
    /** Line, column and file of what is being compiled, as arguments. */
    #here(): string {
      const start = this.source.currentLocation?.start;
      return `${start?.line ?? 0}, ${start?.column ?? 0}, ${this.#file()}`;
    }
    #file(): string {
      return this.quotedString(this.source.currentLocation?.source ?? '');
    }
  };
}

function compilerHost(environment: object): CompilerHost {
  if (!isCompilerHost(environment)) throw new TypeError('this version of Handlebars has no compilers');
  return environment;
}

function isCompilerHost(environment: object): environment is CompilerHost {
  return (
    'Compiler' in environment &&
    typeof environment.Compiler === 'function' &&
    'JavaScriptCompiler' in environment &&
    typeof environment.JavaScriptCompiler === 'function' &&
    'parse' in environment &&
    typeof environment.parse === 'function'
  );
}
