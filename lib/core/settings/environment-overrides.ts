import { setOwn, spelling } from './merge-settings.js';
import { isRecord } from './settings-section.js';

/** The sections of the settings, as the documentation spells them. */
export const CANONICAL_SECTIONS: readonly string[] = [
  'MailSettings',
  'PasswordResetSettings',
  'NotificationSettings',
  'TokenBuildingSettings',
  'TwoFactorSettings',
];

/**
 * Lays environment variables over settings, as .NET does: `__` stands between levels, in any case, a number is an
 * index of an array. `MailSettings__Host=smtp.contoso.com`.
 */
export function applyEnvironment(
  settings: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
): Record<string, unknown> {
  // Sorted, so that the items of a list come in the order of their indexes whatever the order of the environment.
  const names = Object.keys(env).sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
  let result = settings;
  for (const name of names) {
    const value = env[name];
    const levels = name.split('__');
    if (value === undefined || levels.length < 2 || levels.includes('')) continue;
    result = overlay(result, levels, value);
  }
  return result;
}

function overlay(
  target: Record<string, unknown>,
  levels: readonly string[],
  value: string,
): Record<string, unknown> {
  const [level = '', ...rest] = levels;
  const canonical = CANONICAL_SECTIONS.find(name => name.toLowerCase() === level.toLowerCase()) ?? level;
  const key = Object.hasOwn(target, spelling(target, level)) ? spelling(target, level) : canonical;
  const copy = { ...target };
  setOwn(copy, key, overlaid(Object.hasOwn(target, key) ? target[key] : undefined, rest, value));
  return copy;
}

function overlaid(below: unknown, levels: readonly string[], value: string): unknown {
  const [level, ...rest] = levels;
  if (level === undefined) return value;
  if (isRecord(below)) return overlay(below, levels, value);
  const isIndex = /^\d{1,4}$/.test(level) && (Array.isArray(below) || rest.length === 0);
  if (!isIndex) return overlay({}, levels, value);
  const list: unknown[] = Array.isArray(below) ? [...below] : [];
  const index = Math.min(Number(level), list.length);
  list[index] = overlaid(list[index], rest, value);
  return list;
}
