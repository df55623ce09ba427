import * as p1 from './p1.mjs';
import * as r1 from './r1.mjs';
import * as s1 from './s1.mjs';

/** All rows, in the order of the table. */
export const ROWS = [s1, p1, r1];
