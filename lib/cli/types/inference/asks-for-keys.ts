import { TemplateVisitor } from '../../../core/templates/parsing/template-visitor.js';

/** Whether the block of an `each` asks for the names of what it goes through: `{{@key}}`. */
export function asksForKeys(program: hbs.AST.Program): boolean {
  const finder = new KeyFinder();
  finder.accept(program);
  return finder.found;
}

class KeyFinder extends TemplateVisitor {
  found = false;
  #depth = 0;

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const isEach = block.path.original === 'each';
    this.acceptArray(block.params);
    if (isEach) this.#depth++;
    this.acceptKey(block, 'program');
    if (isEach) this.#depth--;
    this.acceptKey(block, 'inverse');
  }

  override PathExpression({ data, depth, parts }: hbs.AST.PathExpression): void {
    // An each within has keys of its own; `@../key` are those of this one.
    if (data && depth === this.#depth && parts[0] === 'key') this.found = true;
  }
}
