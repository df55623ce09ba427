import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();

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

/**
 * Compiles the TypeScript files of a directory with the built package installed in it, as a user's project would.
 *
 * @returns what the compiler says of them, and of the types of the package
 */
export function compile(
  directory: TemporaryDirectory,
  files: readonly string[],
  { resolution = 'nodenext', skipLibCheck = true }: ProjectOptions = {},
): LineError[] {
  mkdirSync(join(directory.path, 'node_modules'), { recursive: true });
  const link = join(directory.path, 'node_modules', 'nest-mailroom');
  if (!ts.sys.directoryExists(link)) symlinkSync(ROOT, link);
  directory.write('package.json', '{ "type": "module" }');
  const program = ts.createProgram(
    files.map(file => join(directory.path, file)),
    {
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
    },
  );
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start, messageText }) => {
    // What other packages' types have wrong is not ours.
    if (file?.fileName.startsWith(join(ROOT, 'node_modules'))) return [];
    const text = file?.text ?? '';
    const begin = text.lastIndexOf('\n', start ?? 0) + 1;
    const end = text.indexOf('\n', start ?? 0);
    return {
      line: text.slice(begin, end === -1 ? undefined : end).trim(),
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    };
  });
}
