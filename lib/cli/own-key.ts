import { locateSections } from '../core/settings/locate-sections.js';

/** The name of a setting as the administrator wrote it, for what is said about it. */
export function ownKey(input: unknown): (key: string) => string {
  const { mail } = locateSections(input, () => {});
  return key => mail.written(key);
}
