/** Names in a sentence: `en, fr and de`. */
export function listedNames(names: readonly string[]): string {
  const [last = 'no culture'] = names.slice(-1);
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
