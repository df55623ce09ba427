/** How many runs are judged, and in how many of them a reach may be below. */
const RUNS = 3;
const MOST_BELOW = 1;

/**
 * The reaches of a run that are below by CPU time, which minds a busy machine least. One without a CPU time, and one of which
 * its row says why it is not held, is not judged.
 *
 * @param {object[]} groups what the rows of a run have brought
 * @returns {{ key: string, row: string, words: string }[]} of each what it is
 */
export function belowByCpu(groups) {
  return groups.flatMap(({ id, title, reaches }) =>
    reaches
      .filter(
        ({ notHeld, cpuReached, least, heldAt = least }) =>
          notHeld === undefined && cpuReached !== undefined && cpuReached < heldAt,
      )
      .map(({ of, against, words, cpuReached, least, heldAt = least }) => ({
        // The title of a group may hold figures of the run.
        key: `${id}, ${title.replaceAll(/\d+/g, '#')}: ${of} against ${against}`,
        row: id,
        words: `${id}: ${words}: ${cpuReached.toFixed(2)} by CPU, wanted ${heldAt.toFixed(2)}`,
      })),
  );
}

/**
 * Runs the rows, and those with a reach that is below by CPU twice more.
 *
 * @param {string[]} ids rows
 * @param {(ids: string[]) => Promise<object[]>} run runs rows, and returns their groups
 * @param {(line: string) => void} tell told of what is run again, and why
 * @returns {Promise<{ groups: object[], fallen: string[] }>} the groups of the first run, and what has fallen below its reach
 *   in two of three runs
 */
export async function held(ids, run, tell) {
  const groups = await run(ids);
  /** @type {Map<string, { row: string, words: string[] }>} */
  const below = new Map();
  const note = found => {
    for (const { key, row, words } of found)
      below.set(key, { row, words: [...(below.get(key)?.words ?? []), words] });
  };
  note(belowByCpu(groups));
  for (let again = 2; again <= RUNS; again++) {
    // What is below twice is judged already, and what was below once needs the runs that are left.
    const open = [...below.values()].filter(({ words }) => words.length <= MOST_BELOW);
    const rows = ids.filter(id => open.some(({ row }) => row === id));
    if (rows.length === 0) break;
    tell(`run ${again} of ${RUNS}, because it was below: ${open.flatMap(({ words }) => words).join('; ')}`);
    note(belowByCpu(await run(rows)));
  }
  const fallen = [...below.values()].filter(({ words }) => words.length > MOST_BELOW);
  return { groups, fallen: fallen.flatMap(({ words }) => words.at(-1)) };
}
