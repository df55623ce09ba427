import * as s1 from './s1.mjs';

/** All rows, in the order of the table. */
export const ROWS = [s1];
