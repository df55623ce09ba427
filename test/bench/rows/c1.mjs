import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { costs, group } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'C1';

const TEMPLATES = [1, 20, 200];
const AT_LEAST = 5000;

/**
 * What a mail costs must not depend on how many others are sent, nor on how many templates there are.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  const sink = await bench.sink();
  const folders = await writeTemplates(folder, { templates: Math.max(...TEMPLATES) });
  const load = { port: sink.port, folders, recipients: 1 };
  const sizes = bench.quick ? [100, 500, 1000] : [100, 1000, 10_000, 100_000];
  const atLeast = bench.quick ? 200 : AT_LEAST;
  const series = {
    mails: sizes.map(size => ({
      name: `${US}, ${size.toLocaleString('en')} begun at once`,
      file: 'us-smtp.mjs',
      count: Math.max(size, atLeast),
      options: load,
      runOptions: { burstSize: size },
    })),
    templates: (bench.quick ? [TEMPLATES[0], TEMPLATES.at(-1)] : TEMPLATES).map(templates => ({
      name: `${US}, ${templates} template${templates === 1 ? '' : 's'} in turns`,
      file: 'us-smtp.mjs',
      count: atLeast,
      options: { ...load, templates },
    })),
  };
  try {
    return [
      growth('Cost of a mail, by the number that is begun at once', await costsOf(bench, sink, series.mails)),
      growth('Cost of a mail, by the number of templates', await costsOf(bench, sink, series.templates)),
    ];
  } finally {
    removeFolder(folder);
  }
}

async function costsOf(bench, sink, entries) {
  let counted = await sink.count();
  return costs(
    await alternate(bench, {
      label: id,
      entries,
      // The first point must be as warm as the last.
      warmUp: bench.quick ? 600 : 6000,
      afterRun: async ({ name }, size) => {
        counted += size;
        await holdCount(sink, counted, `${id}, ${name}`);
      },
    }),
  );
}

function growth(title, contestants) {
  const [first, last] = [contestants[0].name, contestants.at(-1).name];
  return group({
    id,
    title,
    unit: 'µs/mail',
    higherIsBetter: false,
    us: last,
    contestants,
    reaches: [{ against: first, least: 1 / 1.2, words: 'the last within 1.2 of the first' }],
  });
}
