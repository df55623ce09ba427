import type { TemplatePart } from '../files/template-file.js';

type Program = hbs.AST.Program;
type Statement = hbs.AST.Statement;

/** What stands around a value so that it does not change the order of what is beside it (Unicode UAX 9, HTML `dir="auto"`). */
export type Isolation = readonly [before: string, after: string];

const ISOLATIONS: Readonly<Record<TemplatePart, Isolation | undefined>> = {
  html: ['<span dir="auto">', '</span>'],
  text: ['\u2068', '\u2069'],
  // Lists of mails cut subjects, and an isolate that is not closed reaches into what stands beside it.
  subject: undefined,
};

/**
 * How the values in the words of a mail are set apart: a name, a login or an address is often in another script than the
 * sentence, and brackets and full stops beside it would go to its wrong end.
 *
 * @returns undefined where words are written from left to right, as nearly all values are
 */
export function isolationIn(part: TemplatePart, direction: 'ltr' | 'rtl'): Isolation | undefined {
  return direction === 'rtl' ? ISOLATIONS[part] : undefined;
}

/** A template whose values are set apart; the syntax tree itself is left as it is. */
export function isolated(program: Program, isolation: Isolation): Program {
  return { ...program, body: program.body.flatMap(statement => isolatedStatement(statement, isolation)) };
}

function isolatedStatement(statement: Statement, isolation: Isolation): Statement[] {
  if (statement.type === 'MustacheStatement') {
    const [before, after] = isolation;
    return isValue(statement as hbs.AST.MustacheStatement)
      ? [content(before, statement), statement, content(after, statement)]
      : [statement];
  }
  if (statement.type !== 'BlockStatement') return [statement];
  const block = statement as hbs.AST.BlockStatement;
  const { program, inverse }: { program?: Program; inverse?: Program } = block;
  const inner = {
    ...block,
    ...(program && { program: isolated(program, isolation) }),
    ...(inverse && { inverse: isolated(inverse, isolation) }),
  };
  return [inner];
}

/** What a helper writes is in the language of the words. */
function isValue({ path, params }: hbs.AST.MustacheStatement): boolean {
  return 'original' in path && (params.length === 0 || path.original === 'default');
}

function content(value: string, { loc }: Statement): Statement {
  return Object.assign({ type: 'ContentStatement', loc }, { value, original: value });
}
