import { randomInt } from 'node:crypto';

/** Repeats a run: `QUEUE_KILLS_SEED=…`. */
export const SEED = Number(process.env['QUEUE_KILLS_SEED'] ?? randomInt(2 ** 31));
/** How often something is killed in a test: `QUEUE_KILLS=…` for more. */
export const KILLS = Number(process.env['QUEUE_KILLS'] ?? 8);
/** Mails of the tests in which everything is killed. */
export const MAILS = 2000;
/** Mails of the tests in which one kind of thing is killed: `QUEUE_MAILS=…` for more. */
export const FEWER_MAILS = Number(process.env['QUEUE_MAILS'] ?? 500);
/** Milliseconds that a test may take. */
export const PATIENCE_MS = 140_000 + 5000 * KILLS;
