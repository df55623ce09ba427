import type { Parameters } from 'fast-check';

/** The corpus that every run of the suite goes through, so that what fails here fails everywhere. */
const SEED = 20_261_124;

/**
 * How many generated cases a property is held against: by default always the same ones. `MAIL_CORPUS_RUNS=20000` takes
 * twenty times as many, random ones; `MAIL_CORPUS_SEED=<number>` chooses them. A failure names its seed and the smallest
 * case that fails.
 *
 * @param cases how many cases a normal run takes
 * @param series properties of different series are held against different cases
 */
export function corpusOf<Case>(cases: number, series = 0): Parameters<Case> {
  const { MAIL_CORPUS_RUNS: runs, MAIL_CORPUS_SEED: seed } = process.env;
  if (runs === undefined && seed === undefined) return { numRuns: cases, seed: SEED + series };
  return {
    numRuns: Math.ceil((cases * Number(runs ?? 1000)) / 1000),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

/** A time limit for a property, as long as the corpus is. */
export function corpusTime(): number {
  return 120_000 * Math.max(1, Number(process.env['MAIL_CORPUS_RUNS'] ?? 1000) / 1000);
}
