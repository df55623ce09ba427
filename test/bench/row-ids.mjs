/** The rows, in the order of the table; apart from the rows themselves, which import what may have to be installed first. */
export const ROW_IDS = [
  'S0',
  'S1',
  'S2',
  'P1',
  'R1',
  'B1',
  'M1',
  'M2',
  'M5',
  'C1',
  'L1',
  'Q1',
  'Q2',
  'Q3',
  'Q4',
];
