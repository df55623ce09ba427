import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { Contestant } from '../contestant.mjs';
import { group, rates } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { tell } from '../progress.mjs';
import { startSinkServer } from '../sink-server.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { verifyMails } from '../verify-mails.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'M2';

const MEGABYTE = 2 ** 20;
const VERIFIED = 12;
const FILE = 'us-many.mjs';
const SEND_MANY = `${US}, sendMany`;
const BY_HAND = `${US}, send by 20 loops`;

/**
 * A campaign from an asynchronous generator: what `sendMany` costs beside loops by hand over `send`, and that its memory does
 * not grow with the number of mails.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  try {
    const folders = await writeTemplates(folder);
    const count = bench.quick ? 1000 : 10_000;
    const [few, many] = bench.quick ? [1000, 5000] : [5000, 100_000];
    // Until its heap has the size that the work needs, every process grows.
    const warmed = bench.quick ? 3000 : 10_000;
    const fewName = `${US}, sendMany of ${few.toLocaleString('en')}`;
    const manyName = `${US}, sendMany of ${many.toLocaleString('en')}`;
    const peaks = await peaksOf(bench, folders, [
      { name: fewName, count: few, warmed },
      { name: manyName, count: many, warmed },
    ]);
    return [
      group({
        id,
        title: `Reset mails over SMTP from an asynchronous generator, ${count.toLocaleString('en')} in a round`,
        unit: 'mails/s',
        higherIsBetter: true,
        us: SEND_MANY,
        contestants: await ratesOf(bench, folders, count),
        reaches: [{ against: BY_HAND, least: 0.95, words: '0.95 of loops by hand' }],
      }),
      group({
        id,
        title: `Most resident memory of the process during one sendMany, once ${warmed.toLocaleString('en')} mails have warmed it`,
        unit: 'MB',
        higherIsBetter: false,
        us: manyName,
        contestants: peaks,
        reaches: [{ against: fewName, least: 1 / 1.2, words: 'the many within 1.2 of the few' }],
        note: bench.quick ? 'The full run sends 5,000 and 100,000.' : undefined,
      }),
    ];
  } finally {
    removeFolder(folder);
  }
}

async function ratesOf(bench, folders, count) {
  const sink = await bench.sink();
  const load = { port: sink.port, folders };
  let counted = await sink.count();
  return rates(
    await alternate(bench, {
      label: id,
      entries: [
        { name: SEND_MANY, file: FILE, options: load },
        { name: BY_HAND, file: FILE, options: { ...load, byHand: true } },
      ],
      count,
      warmUp: bench.quick ? 300 : 3000,
      verify: (entry, contestant) => verifyOne(entry, contestant),
      afterRun: async ({ name }, size) => {
        counted += size;
        await holdCount(sink, counted, `${id}, ${name}`);
      },
    }),
  );
}

/** Each round in new processes: one that has once been large stays so. */
async function peaksOf(bench, folders, entries) {
  const sink = await bench.sink();
  const before = await sink.count();
  const load = { port: sink.port, folders };
  const rounds = bench.quick ? 1 : Math.min(3, bench.rounds);
  const values = new Map(entries.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++)
    await Promise.all(
      entries.map(async ({ name, count, warmed }) => {
        const { peakRss, ms } = await fresh(name, load, count, warmed);
        values.get(name).push(peakRss / MEGABYTE);
        tell(
          `${id}: round ${round}/${rounds}, ${name}: peak ${(peakRss / MEGABYTE).toFixed(1)} MB, ${Math.round((count / ms) * 1000)} per second`,
        );
      }),
    );
  const each = entries.reduce((sum, { count, warmed }) => sum + count + warmed, 0);
  await holdCount(sink, before + rounds * each, id);
  return [...values].map(([name, series]) => ({ name, values: series }));
}

async function fresh(name, load, count, warmed) {
  const contestant = new Contestant(name, FILE);
  try {
    await contestant.open(load);
    await contestant.run(warmed);
    return await contestant.run(count, { memory: true });
  } finally {
    contestant.kill();
  }
}

/** A few mails into a sink of our own, which keeps them: both ways send the same. */
async function verifyOne({ name, options }, contestant) {
  const witness = await startSinkServer({ keep: true });
  await contestant.open({ ...options, port: witness.port });
  await contestant.run(VERIFIED);
  await contestant.close();
  const mails = witness.taken();
  witness.stop();
  await verifyMails(name, mails, { count: VERIFIED, recipients: 1 });
}
