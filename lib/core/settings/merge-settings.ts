import { isRecord } from './settings-section.js';

/**
 * Lays one tree of settings over another: objects merge deeply, arrays and scalars replace, keys that differ only in
 * case are one key (the first spelling stays).
 */
export function mergeSettings(
  base: Record<string, unknown>,
  over: Record<string, unknown>,
): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const target = spelling(merged, key);
    const below = merged[target];
    setOwn(merged, target, isRecord(value) && isRecord(below) ? mergeSettings(below, value) : value);
  }
  return merged;
}

/** The spelling under which an object holds a key, or the key itself when it does not. */
export function spelling(target: Record<string, unknown>, key: string): string {
  if (Object.hasOwn(target, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(target).find(known => known.toLowerCase() === folded) ?? key;
}

/** Sets a property of its own, also for names such as `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
