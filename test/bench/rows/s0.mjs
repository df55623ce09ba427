import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { heldChild, removeFolder, temporaryFolder } from '../cleanup.mjs';
import { group } from '../group.mjs';
import { bundleTemplates } from '../mail/bundled-templates.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { tell } from '../progress.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { median } from '../statistics.mjs';
import { MAILER, MAILER_PLAIN, NODEMAILER } from './smtp-burst.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'S0';

const IN_FLIGHT = 50;
/** Nest alone, which is taken off where all others have it. */
const EMPTY = 'an empty Nest application';
const BUNDLED = `${US}, templates bundled`;
const ENTRIES = [
  { name: US, file: 'us-smtp.mjs' },
  { name: BUNDLED, file: 'us-smtp.mjs', bundled: true },
  { name: MAILER, file: 'nestjs-modules-mailer.mjs', options: { inlining: true } },
  { name: MAILER_PLAIN, file: 'nestjs-modules-mailer.mjs', options: { inlining: false } },
  { name: NODEMAILER, file: 'nodemailer-pool.mjs' },
  { name: EMPTY, file: 'empty-nest.mjs', sends: false },
];

/**
 * The first mails of a fresh process: what a start, a deployment, a script or a function pays.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  const sink = await bench.sink();
  const folders = await writeTemplates(folder);
  const load = { port: sink.port, folders, recipients: 1 };
  const module = await bundleTemplates(folders.ours, folder);
  // Fewer, and nothing is left of the beginning that the row is about.
  const count = bench.quick ? 1000 : 3000;
  const figures = new Map(ENTRIES.map(({ name }) => [name, []]));
  let counted = await sink.count();
  try {
    // The first start of each finds files that nobody has read yet.
    for (let round = bench.quick ? 0 : -1; round < bench.rounds; round++)
      for (let turn = 0; turn < ENTRIES.length; turn++) {
        const {
          name,
          file,
          bundled,
          options,
          sends = true,
        } = ENTRIES[(round + turn + ENTRIES.length) % ENTRIES.length];
        const measured = await fresh(
          name,
          file,
          { ...load, ...options, ...(bundled && { bundled: module }) },
          sends ? count : 0,
        );
        if (sends) counted += count + 1;
        await holdCount(sink, counted, `${id}, ${name}`);
        if (round < 0) continue;
        figures.get(name).push(measured);
        tell(
          `${id}: round ${round + 1}/${bench.rounds}, ${name}: ready after ${Math.round(measured.firstMs)} ms, then ${Math.round(measured.marks[count] ?? 0)} µs of CPU a mail`,
        );
      }
    return groups(figures, count, sink.name);
  } finally {
    removeFolder(folder);
  }
}

function groups(figures, count, sink) {
  const common = { id, us: US };
  const contestants = (valueOf, cpuOf, without = [EMPTY]) =>
    [...figures]
      .filter(([name]) => !without.includes(name))
      .map(([name, rounds]) => ({
        name,
        values: rounds.map(valueOf),
        ...(cpuOf && { cpuUs: median(rounds.map(cpuOf)) }),
      }));
  const empty = {
    ms: median(figures.get(EMPTY).map(({ firstMs }) => firstMs)),
    cpuUs: median(figures.get(EMPTY).map(({ firstCpuUs }) => firstCpuUs)),
  };
  const mails = count.toLocaleString('en');
  return [
    group({
      ...common,
      title: 'A fresh process: from its start to the end of its first mail (reset mail as in S1)',
      unit: 'ms',
      higherIsBetter: false,
      contestants: contestants(
        ({ firstMs }) => firstMs,
        ({ firstCpuUs }) => firstCpuUs,
        [],
      ),
      reaches: [
        {
          against: MAILER,
          least: 2,
          words: 'at most 0.5 of @nestjs-modules/mailer with inlining',
          notHeld: 'docs/performance.md: Node.js and Nest alone take more than half of it',
        },
      ],
      note: `Node.js and Nest included. Sink: ${sink}.`,
    }),
    group({
      ...common,
      title: 'The same, above an empty Nest application',
      unit: 'ms',
      higherIsBetter: false,
      contestants: contestants(
        ({ firstMs }) => firstMs - empty.ms,
        ({ firstCpuUs }) => firstCpuUs - empty.cpuUs,
        [EMPTY, NODEMAILER],
      ),
      reaches: [US, BUNDLED].map(of => ({
        of,
        against: MAILER,
        least: 2,
        words: 'at most 0.5 of @nestjs-modules/mailer with inlining',
        notHeld: 'docs/performance.md: the first mail loads nodemailer, and compiles what is not bundled',
      })),
      note: `The empty one takes ${Math.round(empty.ms)} ms.`,
    }),
    group({
      ...common,
      title: `The same process: its next ${mails} mails, ${IN_FLIGHT} at a time, 5 connections`,
      unit: 'mails/s',
      higherIsBetter: true,
      contestants: contestants(
        ({ restMs }) => (count / restMs) * 1000,
        ({ marks }) => marks[count],
      ),
      reaches: [
        {
          against: MAILER,
          least: 3,
          words: 'at least 3.0 times @nestjs-modules/mailer with inlining',
          notHeld: 'docs/performance.md: compiling what is new takes a third of the CPU time',
        },
      ],
    }),
    ...[100, 1000]
      .filter(mark => mark < count)
      .map(mark =>
        group({
          ...common,
          title: `The same: CPU time a mail over the first ${mark.toLocaleString('en')} of them`,
          unit: 'µs/mail',
          higherIsBetter: false,
          contestants: contestants(({ marks }) => marks[mark]),
        }),
      ),
  ];
}

/** One fresh process. */
async function fresh(name, file, options, count) {
  const child = heldChild(
    fork(
      join(import.meta.dirname, '..', 'cold-process.mjs'),
      [
        join(import.meta.dirname, '..', 'contestants', file),
        JSON.stringify(options),
        String(count),
        String(IN_FLIGHT),
      ],
      {
        stdio: ['ignore', 2, 2, 'ipc'],
        execArgv: ['--disable-warning=ExperimentalWarning'],
        // As in production: some of the peers cache only then.
        env: { ...process.env, NODE_ENV: 'production' },
      },
    ),
  );
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} has ended before it was measured (${signal ?? `exit code ${code}`}).`);
  });
  ended.catch(() => {});
  const [figures] = await Promise.race([once(child, 'message'), ended]);
  child.kill('SIGKILL');
  return figures;
}
