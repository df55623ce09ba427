/** The day on which the sources were read. */
export const CHECKED = '2026-11-29';

/** The page of a feature at Can I email, which publishes test results by client and version. */
export function canIEmail(feature: string): string {
  return `https://www.caniemail.com/features/${feature}/`;
}
