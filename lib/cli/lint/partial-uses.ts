import { TemplateVisitor } from '../../core/templates/parsing/template-visitor.js';

/** A place where a template uses a partial or layout. */
export interface PartialUse {
  /** Its name; undefined when an expression makes it. */
  readonly name: string | undefined;
  /** Whether it is given a block, which is its own default where nobody defines the name. */
  readonly block: boolean;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/** The partials and layouts that a template uses, in order; not the blocks that are given to it. */
export function partialUses(program: hbs.AST.Program): PartialUse[] {
  const finder = new UseFinder();
  finder.accept(program);
  return finder.uses.filter(({ name }) => name === undefined || !name.startsWith('@'));
}

class UseFinder extends TemplateVisitor {
  readonly uses: PartialUse[] = [];

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.#note(partial, false);
    super.PartialStatement(partial);
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    this.#note(partial, true);
    super.PartialBlockStatement(partial);
  }

  #note({ name, loc }: Pick<hbs.AST.PartialStatement, 'name' | 'loc'>, block: boolean): void {
    const literal = name.type !== 'SubExpression' && 'original' in name ? String(name.original) : undefined;
    this.uses.push({ name: literal, block, line: loc.start.line, column: loc.start.column + 1 });
  }
}
