const HEADINGS = ['', 'contestant', 'median', 'unit', 'min … max', 'IQR', 'CPU µs', 'us ×', 'us × by CPU'];

/**
 * The one table, with what is to be reached below each group.
 *
 * @param {object[]} groups of all rows
 * @returns {string} lines
 */
export function table(groups) {
  const lines = groups.map(({ contestants, id, unit }) =>
    contestants.map(({ name, median, min, max, iqrPercent, cpuUs, usTimes, usCpuTimes }) => [
      id,
      name,
      number(median),
      unit,
      `${number(min)} … ${number(max)}`,
      `${iqrPercent.toFixed(0)} %`,
      cpuUs === undefined ? '–' : number(cpuUs),
      usTimes === undefined ? '' : times(usTimes),
      usCpuTimes === undefined ? '' : times(usCpuTimes),
    ]),
  );
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...lines.flat().map(cells => cells[column].length)),
  );
  const line = cells =>
    cells
      .map((cell, column) =>
        column < 2 || column === 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const parts = groups.map(({ title, note, reaches }, index) =>
    [
      '',
      `${title}${note ? `. ${note}` : ''}`,
      ...lines[index].map(line),
      ...reaches.map(reach => `      ${verdict(reach)}`),
    ].join('\n'),
  );
  return [line(HEADINGS), ...parts].join('\n');
}

function verdict({ words, reached, cpuReached, least, most, met, by }) {
  const measured =
    most === undefined
      ? `${times(reached)}, wanted ${times(least)}${byCpu(by, cpuReached)}`
      : `${number(reached)}, wanted at most ${number(most)}`;
  return `${met ? 'reached' : 'MISSED '}  ${words}: ${measured}`;
}

function byCpu(by, cpuReached) {
  if (by !== undefined) return by === 'cpu' ? ', by CPU' : ', by CPU in the worst round';
  return cpuReached === undefined ? '' : `; by CPU ${times(cpuReached)}`;
}

function times(value) {
  return value.toFixed(2);
}

function number(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
