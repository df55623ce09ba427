import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { visible } from '../redaction/printable.js';

/** Under this name loaded settings keep the files they were looked for in; no property that anybody lists or copies. */
const LOOKED_FOR = Symbol('files of the settings');

/**
 * The files that settings are read from where none is named, by name: the spellings of the one of this environment are tried in
 * turn.
 */
export function defaultFiles(env: NodeJS.ProcessEnv): {
  readonly base: string;
  readonly staged: readonly string[];
} {
  const stage = env['NODE_ENV'];
  const stages = stage ? new Set([stage, `${stage.charAt(0).toUpperCase()}${stage.slice(1)}`]) : [];
  return { base: 'appsettings.json', staged: [...stages].map(name => `appsettings.${name}.json`) };
}

/**
 * Where settings are looked for when no file is named, for people whose settings were not found there.
 *
 * @param folder absolute path. @default the working directory
 */
export function defaultFilesWords(env: NodeJS.ProcessEnv = process.env, folder = process.cwd()): string {
  const { base, staged } = defaultFiles(env);
  const named = [base, ...staged].map(name => `${name} (${presence(join(folder, name))})`);
  return visible(`in ${folder}: ${named.join(', ')}`);
}

/** Keeps with loaded settings which files they were looked for in. */
export function rememberFiles<T extends object>(settings: T, files: readonly string[]): T {
  return Object.defineProperty(settings, LOOKED_FOR, { value: files, enumerable: false });
}

/** The files that loaded settings were looked for in, each with whether it is there; undefined when that is not known. */
export function rememberedFilesWords(settings: object): string | undefined {
  const files = rememberedFiles(settings);
  if (!Array.isArray(files)) return undefined;
  const named = files.map(file => `${String(file)} (${presence(String(file))})`);
  return visible(named.join(', '));
}

function rememberedFiles(settings: object): unknown {
  try {
    return Object.getOwnPropertyDescriptor(settings, LOOKED_FOR)?.value;
  } catch {
    // A proxy that throws: what is wrong with it is told when it is read.
    return undefined;
  }
}

/** Paths of the default files. */
export function defaultPaths(env: NodeJS.ProcessEnv, folder = process.cwd()): string[] {
  const { base, staged } = defaultFiles(env);
  return [base, ...staged].map(name => resolve(folder, name));
}

function presence(file: string): string {
  return existsSync(file) ? 'is there' : 'is not there';
}
