import { settingsLayers } from './appsettings.js';
import { applyEnvironment } from './environment-overrides.js';
import { settingLines } from './json-settings-file.js';
import { mergeSettings, setOwn } from './merge-settings.js';
import { isRecord } from './settings-section.js';

/** Where a value of the settings was written. */
export type SettingOrigin =
  | { readonly file: string; readonly line?: number }
  | {
      /** Name of the environment variable, as it is written. */
      readonly variable: string;
    };

/** Settings, and where each value of them was written. */
export interface TracedSettings {
  /** What `appsettings()` gives. */
  readonly settings: Record<string, unknown>;
  /** The files that were read, the first below the later ones. */
  readonly files: readonly string[];
  /** A tree of the same shape: lists of {@link SettingOrigin} stand for values; only what is set is there. */
  readonly origins: Record<string, unknown>;
  /** The same for values that were written as nothing: null, or an empty text. */
  readonly cleared: Record<string, unknown>;
}

/**
 * Loads settings as `appsettings()` does, and keeps where each value comes from.
 *
 * @param folder where `appsettings.json` is looked for. @default the working directory
 * @throws MailSettingsError `EMAILSETTINGS` as `appsettings()` does
 */
export function tracedSettings(
  file: string | string[] | undefined,
  env: NodeJS.ProcessEnv = process.env,
  folder?: string,
): TracedSettings {
  const layers = settingsLayers(file, env, folder);
  const known = new Map<string, SettingOrigin>();
  const mark = (name: string, origin: SettingOrigin): string => {
    known.set(name, origin);
    return name;
  };
  // The same merge is done with marks instead of values: the mark of the value that counts is what remains.
  const marks = layers.map((layer, index) => {
    const lines = settingLines(layer.file);
    return marked(layer.settings, lines, line =>
      typeof line === 'number'
        ? mark(`file ${index} ${line}`, { file: layer.file, line })
        : mark(`file ${index}`, { file: layer.file }),
    ) as Record<string, unknown>;
  });
  const names = Object.keys(env).filter(name => env[name] !== undefined);
  const variables = Object.fromEntries(
    names.map(name => [name, mark(`variable ${name}`, { variable: name })]),
  );
  const settings = applyEnvironment(
    layers.map(layer => layer.settings).reduce<Record<string, unknown>>(mergeSettings, {}),
    env,
  );
  const origins = applyEnvironment(marks.reduce<Record<string, unknown>>(mergeSettings, {}), variables);
  return {
    settings,
    files: layers.map(layer => layer.file),
    origins: originTree(settings, origins, known, value => !isNothing(value)),
    cleared: originTree(settings, origins, known, isNothing),
  };
}

function marked(value: unknown, lines: unknown, mark: (line: unknown) => string): unknown {
  if (Array.isArray(value))
    return value.map((item, index) =>
      marked(item, Array.isArray(lines) ? (lines[index] as unknown) : undefined, mark),
    );
  if (!isRecord(value)) return mark(lines);
  const tree: Record<string, unknown> = {};
  for (const [key, below] of Object.entries(value))
    setOwn(tree, key, marked(below, isRecord(lines) ? lines[key] : undefined, mark));
  return tree;
}

function originTree(
  values: Record<string, unknown>,
  marks: Record<string, unknown>,
  known: ReadonlyMap<string, SettingOrigin>,
  wanted: (value: unknown) => boolean,
): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const below = marks[key];
    if (isRecord(value)) setOwn(tree, key, originTree(value, isRecord(below) ? below : {}, known, wanted));
    else if (Array.isArray(value) && value.some(isRecord))
      setOwn(
        tree,
        key,
        originTree(indexed(value), Array.isArray(below) ? indexed(below) : {}, known, wanted),
      );
    else if (wanted(value)) setOwn(tree, key, originsOf(below, known));
  }
  return tree;
}

/** A list of objects as an object whose keys are the indexes, as the environment would make it. */
function indexed(list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(list.map((item, index) => [String(index), item]));
}

function originsOf(mark: unknown, known: ReadonlyMap<string, SettingOrigin>): SettingOrigin[] {
  const names = new Set([mark].flat(Infinity));
  return [...names].map(name => known.get(String(name))).filter(origin => origin !== undefined);
}

/** What .NET reads as "not set". */
function isNothing(value: unknown): boolean {
  return value === null || value === '';
}
