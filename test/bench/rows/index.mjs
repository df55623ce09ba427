import * as b1 from './b1.mjs';
import * as c1 from './c1.mjs';
import * as l1 from './l1.mjs';
import * as m1 from './m1.mjs';
import * as m2 from './m2.mjs';
import * as m5 from './m5.mjs';
import * as p1 from './p1.mjs';
import * as q1 from './q1.mjs';
import * as q2 from './q2.mjs';
import * as q3 from './q3.mjs';
import * as q4 from './q4.mjs';
import * as r1 from './r1.mjs';
import * as s0 from './s0.mjs';
import * as s1 from './s1.mjs';
import * as s2 from './s2.mjs';

/** All rows, in the order of the table. */
export const ROWS = [s0, s1, s2, p1, r1, b1, m1, m2, m5, c1, l1, q1, q2, q3, q4];
