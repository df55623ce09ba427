/**
 * Tells on stderr what is being done; stdout is for the table alone.
 *
 * @param {string} line what
 */
export function tell(line) {
  process.stderr.write(`${line}\n`);
}
