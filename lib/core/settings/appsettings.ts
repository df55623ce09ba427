import { dirname, resolve } from 'node:path';
import { applyEnvironment } from './environment-overrides.js';
import { isAbsolutePath, isDirectoryPath, isWindowsPath } from './host.js';
import { problem, readSettingsFile } from './json-settings-file.js';
import { mergeSettings } from './merge-settings.js';
import { isRecord } from './settings-section.js';

/**
 * Loads `appsettings.json` for `ConfigModule.forRoot({ load: [appsettings()] })`, as .NET loads it: comments,
 * trailing commas and a byte-order mark are accepted, later files lie over earlier ones, and environment variables
 * with `__` between levels over all. A relative pickup directory is resolved against the folder of its file.
 *
 * @param file one file or several in order, relative to the working directory; each must exist.
 * @default `appsettings.json`, then `appsettings.<NODE_ENV>.json`, each if it exists
 * @param env the environment. @default process.env
 * @returns a function that reads the files when it is called
 * @throws MailSettingsError `EMAILSETTINGS`, from the returned function: a given file is missing, or has a syntax error
 */
export function appsettings(
  file?: string | string[],
  env: NodeJS.ProcessEnv = process.env,
): () => Record<string, unknown> {
  return () => {
    const layers = settingsLayers(file, env).map(({ settings }) => settings);
    return applyEnvironment(layers.reduce(mergeSettings, {}), env);
  };
}

/** What one settings file holds. */
export interface SettingsLayer {
  /** Absolute path. */
  readonly file: string;
  readonly settings: Record<string, unknown>;
}

/**
 * Reads the files that {@link appsettings} reads, the first below the later ones.
 *
 * @param folder where `appsettings.json` is looked for. @default the working directory
 * @throws MailSettingsError `EMAILSETTINGS` when a given file is missing, or one has a syntax error
 */
export function settingsLayers(
  file: string | string[] | undefined,
  env: NodeJS.ProcessEnv,
  folder = process.cwd(),
): SettingsLayer[] {
  return file === undefined ? defaultLayers(env, folder) : givenLayers(Array.isArray(file) ? file : [file]);
}

function givenLayers(files: readonly string[]): SettingsLayer[] {
  return files.map(file => {
    const layer = readLayer(resolve(file));
    if (!layer) throw problem(resolve(file), 'does not exist');
    return layer;
  });
}

function defaultLayers(env: NodeJS.ProcessEnv, folder: string): SettingsLayer[] {
  const stage = env['NODE_ENV'];
  const stages = stage ? [stage, `${stage.charAt(0).toUpperCase()}${stage.slice(1)}`] : [];
  const base = readLayer(resolve(folder, 'appsettings.json'));
  const staged = stages.map(name => () => readLayer(resolve(folder, `appsettings.${name}.json`)));
  const first = staged.reduce<SettingsLayer | undefined>((found, read) => found ?? read(), undefined);
  return [base, first].filter(layer => layer !== undefined);
}

function readLayer(file: string): SettingsLayer | undefined {
  const layer = readSettingsFile(file);
  return layer && { file, settings: anchorDirectories(layer, dirname(file)) };
}

/** Makes the relative directories of mail sections absolute while it is still known where they were written. */
export function anchorDirectories(
  settings: Readonly<Record<string, unknown>>,
  folder: string,
): Record<string, unknown> {
  return anchored(settings, folder) as Record<string, unknown>;
}

/** Makes the relative directories of mail sections absolute, against the folder of the file that holds them. */
function anchored(value: unknown, folder: string, section = ''): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, below]) => {
    const directory =
      typeof below === 'string' && namesDirectory(key, below, section) && !isAbsolutePath(below);
    return [key, directory ? resolve(folder, below) : anchored(below, folder, key)] as const;
  });
  return Object.fromEntries(entries);
}

function namesDirectory(key: string, value: string, section: string): boolean {
  if (value.trim() === '') return false;
  const name = key.toLowerCase();
  if (name === 'pickupdirectory') return true;
  return (
    name === 'host' &&
    /mailsettings$/i.test(section) &&
    isDirectoryPath(value) &&
    !isWindowsPath(value) &&
    !value.includes('://')
  );
}
