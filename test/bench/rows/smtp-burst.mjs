import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { bytesWithoutPattern } from '../mail/attachments.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { startSinkServer } from '../sink-server.mjs';
import { holdCount, postfixProgram } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { verifyAttachments, verifyMails } from '../verify-mails.mjs';

const VERIFIED = 12;
/** Mails of more than a few megabytes are looked at one by one, and fewer of them. */
const VERIFIED_OF_LARGE = 2;
const LARGE = 4 * 2 ** 20;

/** Names of the contestants that send what a template says. */
export const MAILER = '@nestjs-modules/mailer, inlining';
export const MAILER_PLAIN = '@nestjs-modules/mailer, no inlining';
export const NODEMAILER = 'nodemailer pool + Handlebars';

/** Names of the load generator, in its two ways. */
export const SOURCE = 'smtp-source, a connection a mail';
export const SOURCE_KEPT = 'smtp-source -d, connections kept';

/** Name of the limit: the bytes of the attachment encoded and written, and nothing else. */
export const LIMIT = 'limit: base64 and write alone';

/**
 * Everybody sends the same burst over 5 connections into the same sink, all mails begun at once.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @param {object} plan
 * @param {string} plan.label for the progress
 * @param {number} plan.count mails in a round
 * @param {number} plan.warmUp mails before
 * @param {number} [plan.recipients] recipients of each mail
 * @param {number} [plan.attachmentSize] bytes of an attachment in each mail
 * @param {'buffer' | 'file' | 'stream'} [plan.attachedBy] how the attachment is given; a buffer unless said
 * @param {string[]} [plan.only] names of the contestants; all unless given
 * @param {number} plan.length what smtp-source sends as a message, in bytes
 * @returns {Promise<Map<string, import('../contestant.mjs').Run[]>>} rounds by contestant
 */
export async function smtpBurst(bench, plan) {
  const { label, count, warmUp, recipients = 1, only, length } = plan;
  const folder = temporaryFolder();
  const folders = await writeTemplates(folder);
  const sink = await bench.sink();
  const load = { port: sink.port, folders, recipients, ...(await attachmentOf(plan, folder)) };
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
  if (load.attachmentSize ?? load.streamSize)
    entries.push({ name: LIMIT, file: 'bare-base64.mjs', options: load });
  const chosen = entries.filter(({ name }) => only?.includes(name) ?? true);
  let counted = await sink.count();
  try {
    return await alternate(bench, {
      label,
      entries: chosen,
      count,
      warmUp,
      verify: (entry, contestant) => verifyOne(entry, contestant),
      afterRun: async (entry, size) => {
        counted += size;
        await holdCount(sink, counted, `${label}, ${entry.name}`);
      },
    });
  } finally {
    removeFolder(folder);
  }
}

/** What the load says of the attachment; the file lies in the folder. */
async function attachmentOf({ attachmentSize, attachedBy }, folder) {
  if (attachedBy === 'stream') return { streamSize: attachmentSize };
  if (attachedBy !== 'file') return { attachmentSize };
  const attachmentFile = join(folder, 'report.bin');
  await writeFile(attachmentFile, bytesWithoutPattern(attachmentSize));
  return { attachmentSize, attachmentFile };
}

/** A few mails into a sink of our own, which keeps them: nobody is fast because something is missing. */
async function verifyOne({ name, file, options }, contestant) {
  const { recipients, attachmentSize, streamSize } = options;
  const count = (attachmentSize ?? streamSize ?? 0) > LARGE ? VERIFIED_OF_LARGE : VERIFIED;
  const witness = await startSinkServer({ keep: true });
  await contestant.open({ ...options, port: witness.port });
  await contestant.run(count);
  await contestant.close();
  const mails = witness.taken();
  witness.stop();
  const wanted = { count, recipients, attachmentSize, streamSize };
  if (name === LIMIT) await verifyAttachments(name, mails, wanted);
  // What smtp-source sends is no mail of ours; how many it sends can be held.
  else if (file !== 'smtp-source.mjs') await verifyMails(name, mails, wanted);
  else if (mails.length !== count) throw new Error(`${name}: ${mails.length} mails instead of ${count}`);
}
