import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { heldChild, removeFolder, temporaryFolder } from '../cleanup.mjs';
import { group } from '../group.mjs';
import { tell } from '../progress.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'M5';

const MEGABYTE = 2 ** 20;

/**
 * Memory of many tenants: mailers of a registry with settings and templates of their own, each of which has sent a mail.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const tenants = bench.quick ? 50 : 500;
  const folder = temporaryFolder();
  try {
    const sink = await bench.sink();
    const before = await sink.count();
    const resident = [];
    const heap = [];
    for (let round = 0; round < bench.rounds; round++) {
      const { one, all } = await measured(sink.port, folder, tenants);
      resident.push((all.rss - one.rss) / MEGABYTE);
      heap.push((all.heap - one.heap) / MEGABYTE);
      tell(`${id}: round ${round + 1}/${bench.rounds}: ${resident.at(-1).toFixed(1)} MB above one tenant`);
    }
    await holdCount(sink, before + bench.rounds * tenants, id);
    const about = `of ${tenants} tenants with settings and templates of their own, above one`;
    const common = { unit: 'MB', higherIsBetter: false, us: US };
    const limits = [{ of: US, most: 150, words: 'under 150 MB' }];
    return [
      group({
        id,
        title: `Resident memory ${about}`,
        contestants: [{ name: US, values: resident }],
        limits,
        note: bench.quick ? 'The full run has 500 tenants.' : undefined,
        ...common,
      }),
      group({ id, title: `Heap ${about}`, contestants: [{ name: US, values: heap }], limits, ...common }),
    ];
  } finally {
    removeFolder(folder);
  }
}

/** In a new process: one that has once been large stays so. */
async function measured(port, folder, tenants) {
  const script = join(import.meta.dirname, '../tenants-process.mjs');
  const child = heldChild(
    spawn(process.execPath, ['--expose-gc', script, String(port), folder, String(tenants)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${id}: the process of the tenants ended with ${code}`);
  return JSON.parse(output);
}
