import { mkdir, readFile, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { group, rates } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { realDisk } from '../real-disk.mjs';
import { US } from '../smtp-load.mjs';
import { verifyMails } from '../verify-mails.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'P1';

const VERIFIED = 12;
const IN_FLIGHT = 50;
const UNSAFE = `${US}, fsync off`;
const NODEMAILER = 'nodemailer + writeFile + rename, no fsync';
const LIMIT = 'open, write, fsync, close, rename of ready bytes';

/**
 * Mails into a pickup directory.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const { folder: disk, fileSystem } = await realDisk();
  const folder = temporaryFolder(disk);
  const directory = join(folder, 'pickup');
  const sample = join(folder, 'sample');
  await mkdir(directory);
  const folders = await writeTemplates(join(folder, 'templates'));
  const entry = (name, file, options) => ({
    name,
    file,
    options: { directory, folders, sample, ...options },
    runOptions: { inFlight: IN_FLIGHT },
  });
  const count = bench.quick ? 250 : 2000;
  try {
    const results = await alternate({
      label: id,
      entries: [
        entry(US, 'us-pickup.mjs', { fsync: true }),
        entry(UNSAFE, 'us-pickup.mjs', { fsync: false }),
        entry(NODEMAILER, 'nodemailer-pickup.mjs'),
        entry(LIMIT, 'bare-files.mjs'),
      ],
      rounds: bench.rounds,
      count,
      warmUp: count,
      verify: async ({ name, file, options, runOptions }, contestant) => {
        await contestant.open(options);
        await contestant.run(VERIFIED, runOptions);
        await contestant.close();
        const mails = await mailsIn(directory);
        if (file === 'bare-files.mjs') {
          if (mails.length !== VERIFIED)
            throw new Error(`${name}: ${mails.length} files instead of ${VERIFIED}`);
        } else await verifyMails(name, mails, { count: VERIFIED, recipients: 1 });
        // The limit writes the bytes of the first contestant, which is this package.
        if (name === US) await writeFile(sample, mails[0].raw, 'latin1');
        await empty(directory, VERIFIED, name);
      },
      afterRun: ({ name }, size) => empty(directory, size, name),
    });
    return [
      group({
        id,
        title: `Pickup directory: the reset mail as a file, ${IN_FLIGHT} at a time, ${count.toLocaleString('en')} in a round`,
        unit: 'mails/s',
        higherIsBetter: true,
        us: US,
        contestants: rates(results),
        reaches: [
          { against: NODEMAILER, least: 1, words: 'with fsync no slower than nodemailer without' },
          { against: LIMIT, least: 1 / 1.5, words: 'within 1.5 of the limit' },
        ],
        note: `On ${fileSystem}.`,
      }),
    ];
  } finally {
    removeFolder(folder);
  }
}

async function mailsIn(directory) {
  const names = await readdir(directory);
  return Promise.all(
    names.map(async name => {
      const raw = await readFile(join(directory, name), 'latin1');
      const receivers = [...raw.matchAll(/^X-Receiver: (.*)\r$/gm)].map(([, address]) => address);
      const [, to] = /^To: (.*)\r$/m.exec(raw) ?? [];
      return { recipients: receivers.length > 0 ? receivers : [to], raw };
    }),
  );
}

/** Holds that there are as many finished files as there should be, and takes them away. */
async function empty(directory, wanted, name) {
  const names = await readdir(directory);
  const finished = names.filter(file => file.endsWith('.eml'));
  if (finished.length !== wanted || names.length !== wanted)
    throw new Error(
      `${name}: ${finished.length} of ${names.length} files are finished, and ${wanted} should be.`,
    );
  await Promise.all(names.map(file => unlink(join(directory, file))));
}
