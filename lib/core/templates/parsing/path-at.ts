import { CallVisitor } from './call-visitor.js';
import type { TemplateCall } from './call-visitor.js';

/** A path of a template, as it is written there. */
export interface PathInSource {
  /** The path: `user.name`. */
  readonly path: string;
  /** Whether arguments follow, so that it can only be a helper. */
  readonly called: boolean;
}

/**
 * The path that begins at a place of a template; undefined when none does.
 *
 * @param line from 1, as Handlebars counts
 * @param column from 0, as Handlebars counts
 */
export function pathAt(program: hbs.AST.Program, line: number, column: number): PathInSource | undefined {
  const finder = new PathFinder(line, column);
  finder.accept(program);
  return finder.found;
}

class PathFinder extends CallVisitor {
  readonly #line: number;
  readonly #column: number;
  readonly #called = new Set<hbs.AST.Node>();
  found: PathInSource | undefined;

  constructor(line: number, column: number) {
    super();
    this.#line = line;
    this.#column = column;
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    // Compiling adds paths that stand nowhere in the source.
    const start = path.loc?.start;
    if (start?.line !== this.#line || start.column !== this.#column) return;
    this.found = { path: path.original, called: this.#called.has(path) };
  }

  protected override note(call: TemplateCall): void {
    if ((call.params?.length ?? 0) > 0 || (call.hash?.pairs.length ?? 0) > 0) this.#called.add(call.path);
  }
}
