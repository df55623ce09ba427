import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { group, rates } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { realDisk } from '../real-disk.mjs';
import { holdCount, postfixProgram } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { SOURCE, SOURCE_KEPT } from './smtp-burst.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'L1';

const RELAY = `${US}/relay`;
const UNCONFIRMED = 5;
const MOST_CPU_US = 800;

/**
 * The relay drains a folder.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const { folder: disk, fileSystem } = await realDisk();
  const folder = temporaryFolder(disk);
  const sink = await bench.sink();
  const load = { port: sink.port, folders: await writeTemplates(join(folder, 'templates')), recipients: 1 };
  const entries = [
    { name: RELAY, file: 'us-relay.mjs', options: { ...load, directory: await made(folder, 'one') } },
    {
      name: `${RELAY}, unconfirmed: ${UNCONFIRMED}`,
      file: 'us-relay.mjs',
      options: { ...load, directory: await made(folder, 'many'), unconfirmed: UNCONFIRMED },
    },
  ];
  if (postfixProgram('smtp-source')) {
    const options = { ...load, length: 2000 };
    entries.push(
      { name: SOURCE, file: 'smtp-source.mjs', options: { ...options, keepsConnections: false } },
      { name: SOURCE_KEPT, file: 'smtp-source.mjs', options: { ...options, keepsConnections: true } },
    );
  }
  const count = bench.quick ? 100 : 1500;
  let counted = await sink.count();
  try {
    const results = await alternate(bench, {
      label: id,
      entries,
      count,
      warmUp: count,
      // That each has left once, and that the folder is empty, is all there is to hold: the relay sends bytes as they are.
      afterRun: async ({ name }, size) => {
        counted += size;
        await holdCount(sink, counted, `${id}, ${name}`);
      },
    });
    return [
      group({
        id,
        title: `Relay: a folder of ${count.toLocaleString('en')} reset mails is drained, from the start of the application on`,
        unit: 'mails/s',
        higherIsBetter: true,
        us: RELAY,
        contestants: rates(results),
        reaches: [
          {
            against: SOURCE,
            least: 0.6,
            words: '0.6 of smtp-source with a connection for each mail, with the default promise',
            notHeld: 'docs/performance.md: a flush and a round trip a mail, one after the other',
          },
        ],
        limits: [
          {
            of: RELAY,
            most: MOST_CPU_US,
            byCpu: true,
            words: 'microseconds of CPU time for a mail, with the default promise',
          },
        ],
        note: `On ${fileSystem}.`,
      }),
    ];
  } finally {
    removeFolder(folder);
  }
}

async function made(folder, name) {
  const directory = join(folder, name);
  await mkdir(directory);
  return directory;
}
