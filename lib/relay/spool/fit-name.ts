/** Longest file name in octets, on all file systems that matter. */
const LONGEST_NAME = 255;

/** A file name of a stem and a suffix; the stem gives way, at a character, when the name would be too long. */
export function fitName(stem: string, suffix: string): string {
  const room = LONGEST_NAME - Buffer.byteLength(suffix);
  let fitting = stem;
  while (Buffer.byteLength(fitting) > room) fitting = [...fitting].slice(0, -1).join('');
  return `${fitting}${suffix}`;
}
