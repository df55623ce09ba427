/** What this file uses of a Handlebars environment's compiler from syntax tree to opcodes. */
interface PathCompiler {
  compile(program: object, options: object): object;
  PathExpression(path: hbs.AST.PathExpression): void;
  opcode(name: string, ...values: unknown[]): void;
}

/** What this file uses of a Handlebars environment's compiler from opcodes to JavaScript. */
interface CodeCompiler {
  useBlockParams: boolean;
  internalNameLookup(parent: unknown, name: string): unknown;
  aliasable(name: string): unknown;
  append(): void;
  appendToBuffer(source: unknown): unknown;
  push(code: unknown): void;
  pushSource(code: unknown): void;
  popStack(): unknown;
  resolvePath(type: string, parts: readonly string[], from: number, falsy: boolean, strict: boolean): void;
}

interface CompilerHost {
  Compiler: new () => PathCompiler;
  JavaScriptCompiler: new () => CodeCompiler;
}

/**
 * Handlebars' own strict check takes inherited properties for present (they are then printed as nothing), fails on texts
 * and numbers with an error that holds their value, and prints the object in which it looked. This one passes it
 * the object only if it has the property, and says in which file that is: a block runs within the layout it is given to.
 */
const OWN_STRICT = `((object, name, loc) => {
  if (object != null && Object.prototype.hasOwnProperty.call(object, name)) return container.strict(Object(object), name, loc);
  try { return container.strict(null, name, loc); } catch (error) { error.fileName = loc.source; throw error; }
})`;

/** Without it two numbers side by side, `{{a}}{{b}}`, are added where nothing is escaped. */
const AS_TEXT = '(value => value == null ? "" : String(value))';

/** Name of the hidden helper that prints values, where an environment has one; no template can write it. */
export const PRINT_HELPER = '.print';

/** Handlebars' helpers get options as their last argument, which is put together from what is passed here. */
const PRINT = `(value => helpers["${PRINT_HELPER}"](value, {}))`;

/**
 * Makes the compiler of one Handlebars environment as strict as templates promise to be: every variable that the
 * context lacks is reported, in `a.b.c` and below block parameters too, by its name and place and by no value.
 *
 * @param options `ownPrint`: escaped values are printed by the helper {@link PRINT_HELPER}
 */
export function useStrictCompiler(environment: object, { ownPrint = false } = {}): void {
  if (!isCompilerHost(environment)) throw new TypeError('this version of Handlebars has no compilers');
  environment.Compiler = strictPaths(environment.Compiler);
  environment.JavaScriptCompiler = strictCode(environment.JavaScriptCompiler, ownPrint);
}

/**
 * Takes a syntax tree as far as a compiler finds fault with it; JavaScript is made of it when it is first rendered.
 *
 * @throws whatever Handlebars throws
 */
export function checkProgram(environment: object, program: object): void {
  if (!isCompilerHost(environment)) throw new TypeError('this version of Handlebars has no compilers');
  new environment.Compiler().compile(program, { strict: true });
}

/** Handlebars does not say of a path below a block parameter whether it is strict. */
function strictPaths(Base: new () => PathCompiler): new () => PathCompiler {
  return class StrictPaths extends Base {
    #strict = false;
    get compiler(): typeof StrictPaths {
      return StrictPaths;
    }
    override PathExpression(path: hbs.AST.PathExpression): void {
      this.#strict = 'strict' in path && path.strict === true;
      super.PathExpression(path);
    }
    override opcode(name: string, ...values: unknown[]): void {
      super.opcode(name, ...values, ...(name === 'lookupBlockParam' ? [this.#strict] : []));
    }
  };
}

function strictCode(Base: new () => CodeCompiler, ownPrint: boolean): new () => CodeCompiler {
  return class StrictCode extends Base {
    get compiler(): typeof StrictCode {
      return StrictCode;
    }
    /** Reads `a.b` of nothing as nothing, so that the strict check at the end of the path reports the variable. */
    nameLookup(parent: unknown, name: string, type?: string): unknown {
      const ofVariables = type === 'context' || type === 'data';
      return this.internalNameLookup(ofVariables ? ['((', parent, ') ?? {})'] : parent, name);
    }
    lookupBlockParam(id: readonly [number, number], parts: readonly string[], strict: boolean): void {
      this.useBlockParams = true;
      this.push(['blockParams[', id[0], '][', id[1], ']']);
      this.resolvePath('context', parts, 1, false, strict && parts.length > 1);
    }
    override aliasable(name: string): unknown {
      if (ownPrint && name === 'container.escapeExpression') return super.aliasable(PRINT);
      return super.aliasable(name === 'container.strict' ? OWN_STRICT : name);
    }
    override append(): void {
      this.pushSource(this.appendToBuffer([this.aliasable(AS_TEXT), '(', this.popStack(), ')']));
    }
  };
}

function isCompilerHost(environment: object): environment is CompilerHost {
  return (
    'Compiler' in environment &&
    typeof environment.Compiler === 'function' &&
    'JavaScriptCompiler' in environment &&
    typeof environment.JavaScriptCompiler === 'function'
  );
}
