import { parseArgs } from 'node:util';

/** The fewest rounds of which a median says anything. */
const LEAST_ROUNDS = 5;

const USAGE = `Usage: npm run bench -- [options]

  --quick          short rounds and small sizes, every row in under a minute; figures are rough
  --only S1,R1     only these rows
  --rounds N       rounds of each contestant, ${LEAST_ROUNDS} or more
  --json FILE      where the figures go; test/bench/results/latest.json unless given
  --check          end with 1 when a reach is missed
  --hold           end with 1 when a reach is below by CPU time in two of three runs; rows with one are run again
  --help           this text`;

/** The command line cannot be meant. */
export class UsageError extends Error {}

/**
 * What the command line asks for.
 *
 * @param {string[]} args the arguments
 * @param {string[]} known the rows that there are
 * @returns {{ quick: boolean, only: string[], rounds: number, json: string | undefined, check: boolean, hold: boolean, help: string | undefined }}
 */
export function readFlags(args, known) {
  const { values } = parsed(args);
  const only = values.only === undefined ? known : values.only.split(',').map(id => id.trim().toUpperCase());
  const unknown = only.filter(id => !known.includes(id));
  if (unknown.length > 0)
    throw new UsageError(
      `--only: there is no row ${unknown.map(id => `"${id}"`).join(', ')}; the rows are ${known.join(', ')}.`,
    );
  const rounds = Number(values.rounds ?? LEAST_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < LEAST_ROUNDS)
    throw new UsageError(
      `--rounds must be a whole number of ${LEAST_ROUNDS} or more, not "${values.rounds}": a median of fewer says nothing.`,
    );
  if (values.hold && values.quick)
    throw new UsageError('--hold judges whole rounds; in those of --quick much is not compiled yet.');
  if (values.json === '') throw new UsageError('--json needs the name of a file.');
  return {
    quick: values.quick ?? false,
    only: known.filter(id => only.includes(id)),
    rounds,
    json: values.json,
    check: values.check ?? false,
    hold: values.hold ?? false,
    help: values.help ? USAGE : undefined,
  };
}

function parsed(args) {
  try {
    return parseArgs({
      args,
      options: {
        quick: { type: 'boolean' },
        only: { type: 'string' },
        rounds: { type: 'string' },
        json: { type: 'string' },
        check: { type: 'boolean' },
        hold: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${USAGE}`);
  }
}
