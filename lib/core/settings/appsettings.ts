import { existsSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { mayBeSecretPath } from '../redaction/may-be-secret.js';
import { applyEnvironment } from './environment-overrides.js';
import { isAbsolutePath, isDirectoryPath, isWindowsPath } from './host.js';
import { problem, readSettingsFile } from './json-settings-file.js';
import { mergeSettings } from './merge-settings.js';
import { defaultFiles, defaultPaths, rememberFiles } from './settings-files.js';
import { isRecord } from './settings-section.js';

/** Keys that are paths of files, by the setting that holds them; those of mail settings themselves under an empty name. */
const FILE_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['passwordfile']],
  ['dkim', ['privatekeyfile']],
  ['oauth2', ['clientsecretfile', 'certificatefile', 'privatekeyfile', 'refreshtokenfile']],
]);

/**
 * Loads `appsettings.json` for `ConfigModule.forRoot({ load: [appsettings()] })`, as .NET loads it: comments,
 * trailing commas and a byte-order mark are accepted, later files lie over earlier ones, and environment variables
 * with `__` between levels over all. A relative pickup directory, or file of a secret, is resolved against the folder of
 * the settings file it is named in.
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
    const settings = applyEnvironment(layers.reduce(mergeSettings, {}), env);
    return rememberFiles(
      settings,
      file === undefined ? defaultPaths(env) : asList(file).map(path => resolve(path)),
    );
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
  return file === undefined ? defaultLayers(env, folder) : givenLayers(asList(file));
}

function asList(file: string | string[]): string[] {
  return Array.isArray(file) ? file : [file];
}

function givenLayers(files: readonly string[]): SettingsLayer[] {
  return files.map(file => {
    const layer = readLayer(resolve(file));
    if (!layer) throw problem(resolve(file), 'does not exist');
    return layer;
  });
}

function defaultLayers(env: NodeJS.ProcessEnv, folder: string): SettingsLayer[] {
  const { base, staged } = defaultFiles(env);
  const below = readLayer(resolve(folder, base));
  const first = staged.reduce<SettingsLayer | undefined>(
    (found, name) => found ?? readLayer(resolve(folder, name)),
    undefined,
  );
  return [below, first].filter(layer => layer !== undefined);
}

function readLayer(file: string): SettingsLayer | undefined {
  const layer = readSettingsFile(file);
  return layer && { file, settings: anchorPaths(layer, dirname(file)) };
}

/** Makes the relative paths of mail sections absolute while it is still known where they were written. */
export function anchorPaths(
  settings: Readonly<Record<string, unknown>>,
  folder: string,
): Record<string, unknown> {
  return anchored(settings, folder, []) as Record<string, unknown>;
}

/**
 * Makes the relative paths of mail sections absolute, against the folder of the file that holds them.
 *
 * @param sections names of the sections above, the outermost first
 */
function anchored(value: unknown, folder: string, sections: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map(item => anchored(item, folder, sections));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, below]) => {
    if (typeof below !== 'string' || isAbsolutePath(below))
      return [key, anchored(below, folder, [...sections, key])];
    if (namesFile(key, below, sections)) return [key, anchoredFile(below, folder)];
    return [key, namesDirectory(key, below, sections.at(-1) ?? '') ? resolve(folder, below) : below];
  });
  return Object.fromEntries(entries);
}

/**
 * The path of a file of a secret. Of one that is not there, a name alone may be the secret itself: it keeps its mark,
 * `./`, so that nobody shows it.
 */
function anchoredFile(written: string, folder: string): string {
  const path = resolve(folder, written);
  return mayBeSecretPath(written) && !existsSync(path)
    ? `${resolve(folder)}${sep}.${sep}${written.trim()}`
    : path;
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

/**
 * Whether a key names a file of a secret. The same names may stand in sections of others, which are to find them as they
 * were written: only what can be mail settings counts.
 */
function namesFile(key: string, value: string, sections: readonly string[]): boolean {
  if (value.trim() === '' || /[\r\n]/.test(value)) return false;
  const isOf = (holder: string): boolean => FILE_KEYS.get(holder)?.includes(key.toLowerCase()) ?? false;
  const isMail = (above: readonly string[]): boolean =>
    above.length === 0 || above.some(section => /mail|smtp/i.test(section));
  if (isOf('')) return isMail(sections);
  if (isOf('dkim') && sections.some(section => /^dkim$/i.test(section))) return true;
  const [holder = ''] = sections.slice(-1);
  return isOf('oauth2') && /^oauth2$/i.test(holder) && isMail(sections.slice(0, -1));
}
