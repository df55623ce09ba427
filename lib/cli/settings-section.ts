import { resolve } from 'node:path';
import { visible } from '../core/redaction/printable.js';
import { anchorPaths } from '../core/settings/appsettings.js';
import type { TracedSettings } from '../core/settings/setting-origins.js';
import { tracedSettings } from '../core/settings/setting-origins.js';
import { defaultFilesWords } from '../core/settings/settings-files.js';
import { isRecord } from '../core/settings/settings-section.js';
import { nearestKey } from '../core/text/nearest-key.js';
import type { CommandIo } from './command-io.js';
import { UsageError } from './usage-error.js';

/** What of the process settings are read with. */
type SettingsIo = Pick<CommandIo, 'env' | 'cwd'>;

const DEFAULT_SECTION = 'MailSettings';
/** What stands between the levels of a section's name. */
const LEVELS = /[:.]/;

/**
 * Reads one section of the settings, as an application would: the files, and the environment over them.
 *
 * @param file the settings file. @default `appsettings.json` and the one of this environment
 * @param section its name in any case, `:` between levels. @default `MailSettings`, else the Agent's section
 * @throws MailSettingsError when the file cannot be read
 * @throws {@link UsageError} when it has no such section
 */
export function readSection(
  file: string | undefined,
  section: string | undefined,
  io: SettingsIo,
): Record<string, unknown> {
  const { settings, files } = readAll(file, io);
  return demandSection(settings, files, { file, section, io });
}

/** A section of the settings, with where its values were written. */
export interface TracedSection extends Omit<TracedSettings, 'settings'> {
  readonly settings: Record<string, unknown>;
  /** Name of the section, for people. */
  readonly name: string;
}

/** Does what {@link readSection} does, and keeps where each value was written. Throws the same errors. */
export function readTracedSection(
  file: string | undefined,
  section: string | undefined,
  io: SettingsIo,
): TracedSection {
  const { settings: all, files, origins, cleared } = readAll(file, io);
  const settings = demandSection(all, files, { file, section, io });
  return {
    settings,
    files,
    name: settings === all ? 'PasswordResetSettings' : (section ?? DEFAULT_SECTION),
    origins: findSection(origins, section) ?? {},
    cleared: findSection(cleared, section) ?? {},
  };
}

function readAll(file: string | undefined, { env, cwd }: SettingsIo): TracedSettings {
  const traced = tracedSettings(file === undefined ? undefined : resolve(cwd, file), env, cwd);
  // A relative path of the environment is meant from the working directory; those of files are absolute by now.
  return { ...traced, settings: anchorPaths(traced.settings, cwd) };
}

function demandSection(
  all: Record<string, unknown>,
  files: readonly string[],
  {
    file,
    section,
    io: { env, cwd },
  }: { file: string | undefined; section: string | undefined; io: SettingsIo },
): Record<string, unknown> {
  const found = findSection(all, section);
  if (found) return found;
  if (files.length === 0)
    throw new UsageError(
      `There is no appsettings.json in this folder (looked for ${defaultFilesWords(env, cwd)}); run the command where it is, or name it with --settings.`,
    );
  throw new UsageError(`${visible(file ?? 'appsettings.json')} ${noSectionWords(all, files, section)}`);
}

function noSectionWords(
  all: Record<string, unknown>,
  files: readonly string[],
  section = DEFAULT_SECTION,
): string {
  const name = visible(section);
  const read = `(read: ${visible(files.join(', '))})`;
  if (within(all, section.split(LEVELS)) !== undefined)
    return `cannot be used: the section ${name} is there, but is no object of settings ${read}; write the settings between { and }.`;
  const likely = nearestKey(section, Object.keys(all));
  const meant = likely === undefined ? '' : `; did you mean ${visible(likely)}?`;
  return `has no section ${name}${meant} ${read}; name another one with --section, such as --section PasswordResetSettings:MailSettings.`;
}

function findSection(
  all: Record<string, unknown>,
  section: string | undefined,
): Record<string, unknown> | undefined {
  const found = within(all, (section ?? DEFAULT_SECTION).split(LEVELS));
  if (isRecord(found)) return found;
  // Without a section asked for, the Agent's own one is found in the whole.
  if (section === undefined && isRecord(within(all, ['PasswordResetSettings']))) return all;
  return undefined;
}

function within(tree: unknown, [level, ...rest]: readonly string[]): unknown {
  if (level === undefined) return tree;
  if (!isRecord(tree)) return undefined;
  const entry = Object.entries(tree).find(([key]) => key.toLowerCase() === level.toLowerCase());
  return entry && within(entry[1], rest);
}
