import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();
const PACKAGES = join(realpathSync(join(ROOT, 'node_modules')), '/');

/** What the compiler says of a line. */
export interface LineError {
  readonly line: string;
  readonly message: string;
}

/** How a user's project resolves modules. */
export interface ProjectOptions {
  readonly resolution?: 'nodenext' | 'bundler';
  readonly skipLibCheck?: boolean;
}

/** Compiles projects that have the built package installed, and reads the types of packages once for all of them. */
export class Compiler {
  /** By resolution: how a file is read depends on it. */
  readonly #packages = new Map<string, Map<string, ts.SourceFile | undefined>>();

  /**
   * Compiles the TypeScript files of a directory with the built package installed in it, as a user's project would.
   *
   * @returns what the compiler says of them, and of the types of the package
   */
  compile(
    directory: TemporaryDirectory,
    files: readonly string[],
    { resolution = 'nodenext', skipLibCheck = true }: ProjectOptions = {},
  ): LineError[] {
    mkdirSync(join(directory.path, 'node_modules'), { recursive: true });
    const link = join(directory.path, 'node_modules', 'nest-mailroom');
    if (!ts.sys.directoryExists(link)) symlinkSync(ROOT, link);
    directory.write('package.json', '{ "type": "module" }');
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      module: resolution === 'nodenext' ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
      moduleResolution:
        resolution === 'nodenext' ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
      skipLibCheck,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
    };
    const program = ts.createProgram(
      files.map(file => join(directory.path, file)),
      options,
      this.#host(options, resolution),
    );
    // What other packages' types have wrong is not ours, and checking it takes longer than all else.
    const own = program.getSourceFiles().filter(({ fileName }) => !fileName.startsWith(PACKAGES));
    const found = [
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...own.flatMap(file => program.getSyntacticDiagnostics(file)),
      ...own.flatMap(file => program.getSemanticDiagnostics(file)),
    ];
    return found.map(({ file, start, messageText }) => {
      const text = file?.text ?? '';
      const begin = text.lastIndexOf('\n', start ?? 0) + 1;
      const end = text.indexOf('\n', start ?? 0);
      return {
        line: text.slice(begin, end === -1 ? undefined : end).trim(),
        message: ts.flattenDiagnosticMessageText(messageText, '\n'),
      };
    });
  }

  #host(options: ts.CompilerOptions, resolution: string): ts.CompilerHost {
    const host = ts.createCompilerHost(options);
    const known = this.#packages.get(resolution) ?? new Map<string, ts.SourceFile | undefined>();
    this.#packages.set(resolution, known);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...more) => {
      if (!name.startsWith(PACKAGES)) return read(name, ...more);
      if (!known.has(name)) known.set(name, read(name, ...more));
      return known.get(name);
    };
    return host;
  }
}
