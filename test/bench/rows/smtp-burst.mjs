import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { startSinkServer } from '../sink-server.mjs';
import { holdCount, postfixProgram } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { verifyMails } from '../verify-mails.mjs';

const VERIFIED = 12;

/** Names of the contestants that send what a template says. */
export const MAILER = '@nestjs-modules/mailer, inlining';
export const MAILER_PLAIN = '@nestjs-modules/mailer, no inlining';
export const NODEMAILER = 'nodemailer pool + Handlebars';

/** Names of the load generator, in its two ways. */
export const SOURCE = 'smtp-source, a connection a mail';
export const SOURCE_KEPT = 'smtp-source -d, connections kept';

/**
 * Everybody sends the same burst over 5 connections into the same sink, all mails begun at once.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @param {object} plan
 * @param {string} plan.label for the progress
 * @param {number} plan.count mails in a round
 * @param {number} plan.warmUp mails before
 * @param {number} [plan.recipients] recipients of each mail
 * @param {number} [plan.attachmentSize] bytes of a file in each mail
 * @param {number} plan.length what smtp-source sends as a message, in bytes
 * @returns {Promise<Map<string, import('../contestant.mjs').Run[]>>} rounds by contestant
 */
export async function smtpBurst(bench, { label, count, warmUp, recipients = 1, attachmentSize, length }) {
  const folder = temporaryFolder();
  const folders = await writeTemplates(folder);
  const sink = await bench.sink();
  const load = { port: sink.port, folders, recipients, attachmentSize };
  const entries = [
    { name: US, file: 'us-smtp.mjs', options: load },
    { name: MAILER, file: 'nestjs-modules-mailer.mjs', options: { ...load, inlining: true } },
    { name: MAILER_PLAIN, file: 'nestjs-modules-mailer.mjs', options: { ...load, inlining: false } },
    { name: NODEMAILER, file: 'nodemailer-pool.mjs', options: load },
  ];
  if (postfixProgram('smtp-source')) {
    const source = {
      name: SOURCE,
      file: 'smtp-source.mjs',
      options: { ...load, length, keepsConnections: false },
    };
    entries.push(source, {
      ...source,
      name: SOURCE_KEPT,
      options: { ...source.options, keepsConnections: true },
    });
  }
  let counted = await sink.count();
  try {
    return await alternate(bench, {
      label,
      entries,
      count,
      warmUp,
      verify: (entry, contestant) => verifyOne(entry, contestant, { recipients, attachmentSize }),
      afterRun: async (entry, size) => {
        counted += size;
        await holdCount(sink, counted, `${label}, ${entry.name}`);
      },
    });
  } finally {
    removeFolder(folder);
  }
}

/** A few mails into a sink of our own, which keeps them: nobody is fast because something is missing. */
async function verifyOne({ name, file, options }, contestant, wanted) {
  const witness = await startSinkServer({ keep: true });
  await contestant.open({ ...options, port: witness.port });
  await contestant.run(VERIFIED);
  await contestant.close();
  const mails = witness.taken();
  witness.stop();
  // What smtp-source sends is no mail of ours; how many it sends can be held.
  if (file !== 'smtp-source.mjs') await verifyMails(name, mails, { count: VERIFIED, ...wanted });
  else if (mails.length !== VERIFIED)
    throw new Error(`${name}: ${mails.length} mails instead of ${VERIFIED}`);
}
