import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
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
/** Why no reach is held here. */
const DISKS = 'most of the CPU time is that of the system, which differs from disk to disk';
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
  const count = bench.quick ? 150 : 2000;
  try {
    const entries = await entriesIn(folder);
    await keepSample(bench, entries[0]);
    const results = await alternate(bench, {
      label: id,
      entries,
      count,
      warmUp: count,
      verify: verifyOne,
      afterRun: (entry, size) => empty(entry, size),
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
          {
            against: NODEMAILER,
            least: 1,
            by: 'worst cpu',
            words: 'with fsync no more CPU time than nodemailer without, in every round',
            notHeld: DISKS,
          },
          { against: LIMIT, least: 0.9, words: '0.9 of the limit by time', notHeld: DISKS },
        ],
        note: `On ${fileSystem}.`,
      }),
    ];
  } finally {
    removeFolder(folder);
  }
}

/** Each contestant has a directory of its own on the same disk. */
async function entriesIn(folder) {
  const folders = await writeTemplates(join(folder, 'templates'));
  const contestants = [
    { name: US, file: 'us-pickup.mjs', fsync: true },
    { name: UNSAFE, file: 'us-pickup.mjs', fsync: false },
    { name: NODEMAILER, file: 'nodemailer-pickup.mjs' },
    { name: LIMIT, file: 'bare-files.mjs' },
  ];
  return Promise.all(
    contestants.map(async ({ name, file, fsync }, index) => {
      const directory = join(folder, `pickup-${index}`);
      await mkdir(directory);
      const options = { directory, folders, fsync, sample: join(folder, 'sample') };
      return { name, file, options, runOptions: { inFlight: IN_FLIGHT } };
    }),
  );
}

/** The limit writes the bytes of a mail that this package has written. */
async function keepSample(bench, entry) {
  const { directory, sample } = entry.options;
  const contestant = bench.hire(entry.name, entry.file);
  await contestant.open(entry.options);
  await contestant.run(1, entry.runOptions);
  await contestant.close();
  bench.dismiss(contestant);
  const [{ raw }] = await mailsIn(directory);
  await writeFile(sample, raw, 'latin1');
  await empty(entry, 1);
}

async function verifyOne(entry, contestant) {
  const { name, file, options, runOptions } = entry;
  await contestant.open(options);
  await contestant.run(VERIFIED, runOptions);
  await contestant.close();
  // The limit writes one and the same mail; how many there are is held below.
  if (file !== 'bare-files.mjs')
    await verifyMails(name, await mailsIn(options.directory), { count: VERIFIED, recipients: 1 });
  await empty(entry, VERIFIED);
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
async function empty({ name, options: { directory } }, wanted) {
  const names = await readdir(directory);
  const finished = names.filter(file => file.endsWith('.eml'));
  if (finished.length !== wanted || names.length !== wanted)
    throw new Error(
      `${name}: ${finished.length} of ${names.length} files are finished, and ${wanted} should be.`,
    );
  await Promise.all(names.map(file => unlink(join(directory, file))));
}
