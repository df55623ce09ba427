const LONGEST = 400;

/** How similar two texts are, from 0 to 1, by the pairs of characters that they share (Sørensen–Dice coefficient). */
export function similarity(left: string, right: string): number {
  const [one, two] = [left, right].map(text => text.slice(0, LONGEST).toLowerCase());
  if (one === undefined || two === undefined || one === '' || two === '') return 0;
  if (one === two) return 1;
  const pairs = pairsOf(one);
  let shared = 0;
  for (const [pair, count] of pairsOf(two)) shared += Math.min(count, pairs.get(pair) ?? 0);
  return (2 * shared) / Math.max(1, one.length - 1 + two.length - 1);
}

/** The candidate that is most similar to a text, and how similar it is; undefined when there are none. */
export function nearestOf(
  wanted: string,
  candidates: readonly string[],
): { readonly text: string; readonly similarity: number } | undefined {
  let best: { text: string; similarity: number } | undefined;
  for (const text of candidates) {
    const found = similarity(wanted, text);
    if (!best || found > best.similarity) best = { text, similarity: found };
  }
  return best;
}

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let index = 0; index < text.length - 1; index++) {
    const pair = text.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
