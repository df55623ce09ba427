import { setOwn, spelling } from './merge-settings.js';
import { isRecord } from './settings-section.js';

const CANONICAL_SECTIONS = [
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
  let result = settings;
  for (const [name, value] of Object.entries(env)) {
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
  const below = copy[key];
  if (rest.length === 0) setOwn(copy, key, value);
  else if (rest.length === 1 && /^\d{1,4}$/.test(rest[0] ?? '') && !isRecord(below)) {
    const list: unknown[] = Array.isArray(below) ? [...below] : [];
    list[Math.min(Number(rest[0]), list.length)] = value;
    setOwn(copy, key, list);
  } else setOwn(copy, key, overlay(isRecord(below) ? below : {}, rest, value));
  return copy;
}
