import { statSync } from 'node:fs';
// By its default export: of a named createRequire webpack warns that it cannot tell what is required.
import nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { errnoOf, isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import { readJsonSamples, SAMPLES_FORM } from '../../core/templates/files/samples-json.js';
import type { TemplateFolder } from '../../core/templates/files/template-folder.js';
import type { TemplateProblem } from './template-problem.js';
import { excerptOf, sourceOf } from './template-problem.js';

/** The sample contexts of one template. */
export interface TemplateSamples {
  /** The file that they come from; undefined when there is none. */
  readonly file?: string;
  /** Contexts by the names of the samples, in the order of the file. */
  readonly samples: ReadonlyMap<string, object>;
  /** Why they cannot be read. */
  readonly problem?: TemplateProblem;
}

const EXTENSIONS = ['json', 'mjs', 'js', 'mts', 'ts'] as const;
const LONGEST_MS = 5000;

/** What is wrong in a file of samples, and where. */
class SamplesError extends Error {
  override readonly name = 'SamplesError';
  readonly place: { line: number; column: number } | undefined;

  constructor(message: string, place?: { line: number; column: number }) {
    super(message);
    this.place = place;
  }
}

/**
 * Reads the samples of a template from the first folder that has some. Never fails: what is wrong with a file is
 * part of the answer.
 *
 * @param base path of the file below a folder, without its extension: `welcome/samples`
 */
export async function readSamples(
  folders: readonly TemplateFolder[],
  base: string,
): Promise<TemplateSamples> {
  const candidates = folders.flatMap(folder =>
    EXTENSIONS.map(extension => ({ folder, path: `${base}.${extension}` })),
  );
  const found = candidates.find(isThere);
  if (!found) return { samples: new Map() };
  const file = found.folder.nameOf(found.path);
  try {
    return { file, samples: file.endsWith('.json') ? fromJson(found) : await fromModule(file) };
  } catch (error) {
    return { file, samples: new Map(), problem: samplesProblem(file, error, folders) };
  }
}

/** Where samples may be. */
interface SamplesPlace {
  readonly folder: TemplateFolder;
  readonly path: string;
}

function isThere({ folder, path }: SamplesPlace): boolean {
  try {
    return folder.octets(path) !== undefined;
  } catch {
    // It cannot be read, which is told when it is.
    return true;
  }
}

function fromJson({ folder, path }: SamplesPlace): Map<string, object> {
  const { samples, problems } = readJsonSamples(folder.octets(path) ?? Buffer.alloc(0));
  const [first] = problems;
  if (first) throw new SamplesError(first.reason, { line: first.line, column: first.column });
  return new Map(samples.map(({ name, context }) => [name, context]));
}

async function fromModule(file: string): Promise<Map<string, object>> {
  const { mtimeMs, size } = statSync(file);
  // A module is read once in the life of a process unless it has another address; one of CommonJS is kept by its path, too.
  delete nodeModule.createRequire(file).cache[file];
  const samples = await inTime(defaultExport(`${pathToFileURL(file).href}?version=${mtimeMs}-${size}`));
  if (!isPlain(samples))
    throw new SamplesError(`must export as its default ${SAMPLES_FORM}, or a function of it`);
  return new Map(
    Object.entries(samples).map(([name, context]: [string, unknown]) => {
      if (isPlain(context)) return [name, context];
      throw new SamplesError(`exports the sample "${name}", which is no object`);
    }),
  );
}

/** What a module exports as its default; of a function, what that returns. */
async function defaultExport(url: string): Promise<unknown> {
  // A file of the application's folders: no bundler can take it in, and none need warn of that.
  const module: unknown = await import(/* webpackIgnore: true */ url);
  const given: unknown =
    typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  return typeof given === 'function' ? await Reflect.apply(given, undefined, []) : given;
}

/** A module may wait for something that does not come, such as a database; its page must not. */
async function inTime(samples: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new SamplesError(`gives no samples within ${LONGEST_MS / 1000} seconds`)),
      LONGEST_MS,
    );
  });
  try {
    return await Promise.race([samples, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function samplesProblem(file: string, error: unknown, folders: readonly TemplateFolder[]): TemplateProblem {
  const place = error instanceof SamplesError ? error.place : placeInStack(file, error);
  const where = place ? ` (line ${place.line}, column ${place.column})` : '';
  return {
    kind: 'samples',
    message: `${file} ${reasonOf(error)}${where}. Without it the template is shown with no sample.`,
    file,
    ...place,
    ...(place && { excerpt: excerptOf(sourceOf(file, folders), place.line) }),
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof SamplesError) return error.message;
  if (errnoOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `cannot be read by this Node.js ${process.versions.node}, which does not import TypeScript (22.18 and later does); compile it to samples.js, or write samples.json`;
  return `cannot be used: ${messageOf(error)}`;
}

/** Where in a file an error came up, as far as its stack says. */
function placeInStack(file: string, error: unknown): { line: number; column: number } | undefined {
  const stack = isErrorLike(error) ? (error.stack ?? '') : '';
  for (const path of [pathToFileURL(file).href, file]) {
    const after = stack.split(path)[1];
    const [, line, column] = /^(?:\?[^:\s]*)?:(\d+)(?::(\d+))?/.exec(after ?? '') ?? [];
    if (line !== undefined) return { line: Number(line), column: Number(column ?? 1) };
  }
  return undefined;
}
