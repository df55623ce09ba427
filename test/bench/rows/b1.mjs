import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { heldChild, removeFolder, temporaryFolder } from '../cleanup.mjs';
import { group } from '../group.mjs';
import { bundleTemplates } from '../mail/bundled-templates.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { tell } from '../progress.mjs';
import { US } from '../smtp-load.mjs';
import { median } from '../statistics.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'B1';

const MAILER = '@nestjs-modules/mailer, Handlebars adapter';
const BARE = 'nodemailer and handlebars, imported only';
const BUNDLED = `${US}, templates bundled`;
const DIRECTORY = `${US}, templates in a directory`;
const BUILT_IN = `${US}, none of its own`;
const NAMES = {
  usBundled: BUNDLED,
  usDirectory: DIRECTORY,
  usBuiltIn: BUILT_IN,
  mailer: MAILER,
  bare: BARE,
};
const KINDS = ['empty', ...Object.keys(NAMES)];
const MEGABYTE = 2 ** 20;

/**
 * What a mail module adds to the start of an application.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  try {
    const folders = await writeTemplates(folder);
    const bundled = await bundleTemplates(folders.ours, folder);
    const whereOf = kind => ({ mailer: folders.mailer, usBundled: bundled })[kind] ?? folders.ours;
    const boots = Object.fromEntries(KINDS.map(kind => [kind, []]));
    // The first start of each finds files that nobody has read yet.
    if (!bench.quick) for (const kind of KINDS) await boot(kind, whereOf(kind), folders.mailerPartials);
    for (let round = 0; round < bench.rounds; round++) {
      for (let turn = 0; turn < KINDS.length; turn++) {
        const kind = KINDS[(round + turn) % KINDS.length];
        const figures = await boot(kind, whereOf(kind), folders.mailerPartials);
        boots[kind].push(figures);
        tell(
          `${id}: round ${round + 1}/${bench.rounds}, ${kind}: started in ${Math.round(figures.startMs)} ms`,
        );
      }
    }
    return groups(boots);
  } finally {
    removeFolder(folder);
  }
}

function groups(boots) {
  const empty = {
    ms: median(boots.empty.map(({ startMs }) => startMs)),
    cpuUs: median(boots.empty.map(({ cpuUs }) => cpuUs)),
    rss: median(boots.empty.map(({ rss }) => rss)),
  };
  const contestants = (valueOf, cpuOf) =>
    Object.entries(NAMES).map(([kind, name]) => ({
      name,
      values: boots[kind].map(valueOf),
      cpuUs: cpuOf && median(boots[kind].map(cpuOf)),
    }));
  const common = { id, higherIsBetter: false, us: BUNDLED };
  return [
    group({
      ...common,
      title: 'Import alone, in a process that has Nest already',
      unit: 'ms',
      contestants: contestants(
        ({ importMs }) => importMs,
        ({ importCpuUs }) => importCpuUs,
      ),
      reaches: reaches(1.1, [BUNDLED], {
        mailer: 'the import of nodemailer and handlebars alone is no third of it either',
      }),
    }),
    group({
      ...common,
      title: 'Import and start of an application context, above an empty Nest app',
      unit: 'ms',
      contestants: contestants(
        ({ startMs }) => startMs - empty.ms,
        ({ cpuUs }) => cpuUs - empty.cpuUs,
      ),
      // By CPU time it is 0.8 to 1.1, which differs by a fifth from run to run.
      reaches: reaches(1.2, [BUNDLED, BUILT_IN], { bare: 'at the edge of what can be told' }),
      note: `The empty one takes ${Math.round(empty.ms)} ms.`,
    }),
    group({
      ...common,
      title: 'Memory (RSS) of a started application context, above an empty Nest app',
      unit: 'MB',
      contestants: contestants(({ rss }) => (rss - empty.rss) / MEGABYTE),
      reaches: reaches(1.2, [BUNDLED, BUILT_IN]),
      note: `The empty one has ${Math.round(empty.rss / MEGABYTE)} MB.`,
    }),
  ];
}

/**
 * @param {number} times within so many times of what is only imported
 * @param {string[]} named who is to be
 * @param {{ bare?: string, mailer?: string }} [notHeld] why one of the two comparisons is not held
 */
function reaches(times, named, { bare, mailer } = {}) {
  const within = `within ${times} of importing nodemailer and handlebars`;
  return [
    ...named.map(of => ({ of, against: BARE, least: 1 / times, words: within, notHeld: bare })),
    { against: MAILER, least: 3, words: 'under a third of @nestjs-modules/mailer', notHeld: mailer },
  ];
}

async function boot(kind, templates, partials) {
  const script = join(import.meta.dirname, '..', 'boot-process.mjs');
  const child = heldChild(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, kind, templates, partials], {
      stdio: ['ignore', 'pipe', 2],
      env: { ...process.env, NODE_ENV: 'production' },
    }),
  );
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`The start of ${kind} failed (${code}).`);
  return JSON.parse(output);
}
