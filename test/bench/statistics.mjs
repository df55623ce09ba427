/**
 * The value at a share of the ordered values.
 *
 * @param {number[]} values at least one
 * @param {number} share from 0 to 1
 * @returns {number} interpolated
 */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)];
  return low + (sorted[Math.ceil(place)] - low) * (place - Math.floor(place));
}

/**
 * The median of values.
 *
 * @param {number[]} values at least one
 * @returns {number} the median
 */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * What the table and the JSON file say of a series.
 *
 * @param {number[]} values one of each round
 * @returns {{ median: number, min: number, max: number, q1: number, q3: number, iqrPercent: number }}
 */
export function summary(values) {
  const middle = median(values);
  const [q1, q3] = [quantile(values, 0.25), quantile(values, 0.75)];
  return {
    median: middle,
    min: Math.min(...values),
    max: Math.max(...values),
    q1,
    q3,
    iqrPercent: middle === 0 ? 0 : ((q3 - q1) / Math.abs(middle)) * 100,
  };
}
