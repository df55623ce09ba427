import type { DkimItem } from './dkim/dkim-setting.js';
import type { ExplainedSetting } from './explained-setting.js';
import type { NestedSetting } from './nested-settings.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingOrigin } from './setting-origins.js';
import { isRecord, SettingsSection } from './settings-section.js';
import { MASK, shownSetting } from './shown-setting.js';

/** What explains a setting that holds settings of its own. */
export interface NestedToExplain {
  /** Name as the documentation has it. */
  readonly key: string;
  /** Name as the administrator wrote it. */
  readonly written: string;
  readonly value: unknown;
  /** A tree of the same shape, of the places. */
  readonly origins: unknown;
  readonly settings: ResolvedMailSettings;
  /** Paths of what cannot be used, in lower case. */
  readonly wrong: ReadonlySet<string>;
  /** Said of each row. */
  readonly note: string | undefined;
}

/** A row for each key that is written, and for each that comes to something by others. */
export function explainNested(given: NestedToExplain, nested: NestedSetting): ExplainedSetting[] {
  const origins = new Map(nested.itemsOf(given.origins).map(({ path, item }) => [path, item]));
  const derived = nested.derived(given.settings);
  return nested.itemsOf(given.value).flatMap(item => {
    const rows = rowsOf(item, origins.get(item.path), given, nested);
    return nested.keys.flatMap(key => {
      const row = rows.get(key);
      const { value, note } = derived[key] ?? {};
      if (row || value === undefined) return row ? [row] : [];
      const shown = nested.hides(key, value) ? MASK : shownSetting(key, value);
      return [
        { key: `${given.key}.${key}`, ...(shown !== undefined && { value: shown }), origins: [], note },
      ];
    });
  });
}

function rowsOf(
  { path, item }: DkimItem,
  places: unknown,
  { key: setting, written, wrong, note }: NestedToExplain,
  nested: NestedSetting,
): Map<string, ExplainedSetting> {
  const section = sectionOf(item);
  const from = sectionOf(places);
  const below = path === '' ? '' : `.${path}`;
  const set = nested.keys.filter(key => section.value(key) !== undefined);
  return new Map(
    set.map(key => {
      const own = `${written}${below}.${section.written(key)}`;
      const unusable = wrong.has(own.toLowerCase());
      const value = shownValue(key, section.value(key), nested, unusable);
      const words = unusable ? 'cannot be used' : note;
      const row = {
        key: `${setting}${below}.${key}`,
        written: own,
        ...(value !== undefined && { value }),
        origins: asOrigins(from.value(key)),
        ...(words !== undefined && { note: words }),
      };
      return [key, row];
    }),
  );
}

function shownValue(
  key: string,
  value: unknown,
  nested: NestedSetting,
  unusable: boolean,
): ExplainedSetting['value'] {
  if (nested.secrets.includes(key)) return MASK;
  if (unusable) return undefined;
  return typeof value === 'string' && nested.hides(key, value) ? MASK : shownSetting(key, value);
}

function sectionOf(item: unknown): SettingsSection {
  return new SettingsSection(isRecord(item) ? item : {});
}

/** A leaf of a tree of places. */
export function asOrigins(value: unknown): readonly SettingOrigin[] {
  return Array.isArray(value) ? (value as readonly SettingOrigin[]) : [];
}
