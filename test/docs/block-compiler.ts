import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './pages.js';

/** Where the files lie as the compiler sees them: within the package, so that they import it by its own name. */
const FOLDER = join(ROOT, 'docs', 'blocks-of-the-pages');

/** How a Nest application compiles: strict, `nodenext`, with decorators. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  types: ['node'],
};

/** Type-checks texts as files of one program, without writing them anywhere. */
export class BlockCompiler {
  /** Files of packages and of the standard library, which several programs share. */
  readonly #shared = new Map<string, ts.SourceFile | undefined>();

  /**
   * Checks files.
   *
   * @param files their names, such as `a.ts` or `b.cts`, and their texts
   * @returns what the compiler says of each file that is not sound, as lines
   */
  check(files: ReadonlyMap<string, string>): Map<string, string[]> {
    const texts = new Map([...files].map(([name, text]) => [join(FOLDER, name), text]));
    const host = this.#host(texts);
    const program = ts.createProgram([...texts.keys()], OPTIONS, host);
    const problems = new Map<string, string[]>();
    for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
      const name = [...files.keys()].find(key => join(FOLDER, key) === file?.fileName) ?? 'the program';
      const line = file && start !== undefined ? ts.getLineAndCharacterOfPosition(file, start).line + 1 : 0;
      const said = `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      problems.set(name, [...(problems.get(name) ?? []), said]);
    }
    return problems;
  }

  #host(texts: ReadonlyMap<string, string>): ts.CompilerHost {
    const host = ts.createCompilerHost(OPTIONS, true);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = name => texts.has(name) || fileExists(name);
    host.readFile = name => texts.get(name) ?? readFile(name);
    host.getSourceFile = (name, options, ...rest) => {
      const text = texts.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, options, true);
      if (!this.#shared.has(name)) this.#shared.set(name, getSourceFile(name, options, ...rest));
      return this.#shared.get(name);
    };
    return host;
  }
}
