/** Characters of the shortest word that is looked for in known keys. */
const SHORTEST_PART = 4;

/**
 * The known key that a mistyped one probably meant.
 *
 * @returns undefined when nothing is near
 */
export function nearestKey(written: string, known: readonly string[]): string | undefined {
  let best: { key: string; distance: number } | undefined;
  for (const key of known) {
    const distance = editDistance(written.toLowerCase(), key.toLowerCase());
    if (distance <= Math.max(2, Math.floor(key.length / 3)) && (!best || distance < best.distance))
      best = { key, distance };
  }
  return best?.key;
}

/**
 * The known key that was probably meant: the nearest one, or one that is a part of what was written or the reverse, as
 * `domain` is of `domainName`.
 *
 * @returns undefined when none is like it
 */
export function likelyKey(written: string, known: readonly string[]): string | undefined {
  const folded = written.toLowerCase();
  return (
    nearestKey(written, known) ??
    known.find(key => {
      const other = key.toLowerCase();
      return folded.length >= SHORTEST_PART && (other.includes(folded) || folded.includes(other));
    })
  );
}

/** What is said of a key that is not known: the one that was probably meant, or all that are known. */
export function notKnownWords(written: string, known: readonly string[]): string {
  const likely = likelyKey(written, known);
  return `is not known${likely === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${likely}?`}`;
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
