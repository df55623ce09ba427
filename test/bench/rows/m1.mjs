import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { Contestant } from '../contestant.mjs';
import { group } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { tell } from '../progress.mjs';
import { startSinkServer } from '../sink-server.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { verifyMails } from '../verify-mails.mjs';
import { NODEMAILER } from './smtp-burst.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'M1';

const MEGABYTE = 2 ** 20;
const WARM_UP = 30;
const ENTRIES = [
  { name: US, file: 'us-smtp.mjs' },
  { name: NODEMAILER, file: 'nodemailer-pool.mjs' },
];

/**
 * Memory: many mails that wait at once, and one mail with a large stream.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  try {
    const folders = await writeTemplates(folder);
    const queued = bench.quick ? 1000 : 10_000;
    const streamed = bench.quick ? 10 : 100;
    const streamSize = streamed * MEGABYTE;
    await verifyStreams(folders);
    return [
      group({
        id,
        title: `Memory above idle while ${queued.toLocaleString('en')} reset mails are queued at once`,
        unit: 'MB',
        higherIsBetter: false,
        us: US,
        contestants: await peaks(bench, { folders, count: queued, label: `${id} queue` }),
        limits: [{ of: US, most: 130, words: 'at most 130 MB above idle' }],
        note: bench.quick ? 'The full run queues 10,000.' : undefined,
      }),
      group({
        id,
        title: `Memory above idle while one mail with a stream of ${streamed} MB is sent`,
        unit: 'MB',
        higherIsBetter: false,
        us: US,
        contestants: await peaks(bench, { folders, count: 1, streamSize, label: `${id} stream` }),
        limits: [{ of: US, most: 25, words: 'at most 25 MB above idle' }],
        note: bench.quick ? 'The full run sends 100 MB.' : undefined,
      }),
    ];
  } finally {
    removeFolder(folder);
  }
}

/**
 * Each round in new processes, as a process that has once been large stays so. Memory does not mind what runs beside it,
 * so the contestants of a round run at the same time, and in a quick run all rounds.
 */
async function peaks(bench, { folders, count, streamSize, label }) {
  const sink = await bench.sink();
  const before = await sink.count();
  const load = { port: sink.port, folders, recipients: 1, streamSize };
  // Starting processes is most of it; a quick run goes without the comparison.
  const entries = bench.quick ? ENTRIES.slice(0, 1) : ENTRIES;
  const values = new Map(entries.map(({ name }) => [name, []]));
  const round = () =>
    Promise.all(
      entries.map(async entry => {
        const { idleRss, peakRss } = await fresh(entry, load, count);
        const above = (peakRss - idleRss) / MEGABYTE;
        const done = values.get(entry.name).push(above);
        tell(`${label}: round ${done}/${bench.rounds}, ${entry.name}: ${above.toFixed(1)} MB above idle`);
      }),
    );
  if (bench.quick) await Promise.all(Array.from({ length: bench.rounds }, round));
  else for (let n = 0; n < bench.rounds; n++) await round();
  const warmed = streamSize ? 0 : WARM_UP;
  await holdCount(sink, before + bench.rounds * entries.length * (count + warmed), label);
  return [...values].map(([name, series]) => ({ name, values: series }));
}

async function fresh({ name, file }, load, count) {
  const contestant = new Contestant(name, file);
  try {
    await contestant.open(load);
    // A stream comes in a process that has sent nothing yet: all that it needs counts.
    if (!load.streamSize) await contestant.run(WARM_UP);
    return await contestant.run(count, { memory: true });
  } finally {
    contestant.kill();
  }
}

/** Streams arrive as they were. */
async function verifyStreams(folders) {
  await Promise.all(
    ENTRIES.map(async ({ name, file }) => {
      const witness = await startSinkServer({ keep: true });
      const load = { port: witness.port, folders, recipients: 1, streamSize: MEGABYTE + 1 };
      await fresh({ name, file }, load, 1);
      await verifyMails(name, witness.taken(), { count: 1, ...load });
      witness.stop();
    }),
  );
}
