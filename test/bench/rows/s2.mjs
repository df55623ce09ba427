import { group, rates } from '../group.mjs';
import { US } from '../smtp-load.mjs';
import { LIMIT, NODEMAILER, smtpBurst, SOURCE } from './smtp-burst.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'S2';

const MEGABYTE = 2 ** 20;
const WAYS = [
  { attachedBy: 'buffer', words: 'a Buffer' },
  { attachedBy: 'file', words: 'a file, by its path' },
  { attachedBy: 'stream', words: 'a stream' },
];

/**
 * The same burst with a large attachment, in each way that one is given, and with many recipients.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const sizes = [
    { megabytes: 1, ...(bench.quick ? { count: 6, warmUp: 6 } : { count: 100, warmUp: 60 }) },
    { megabytes: 10, ...(bench.quick ? { count: 2, warmUp: 6 } : { count: 20, warmUp: 10 }) },
  ];
  const groups = [];
  for (const size of sizes) for (const way of WAYS) groups.push(await attached(bench, size, way));
  groups.push(await manyRecipients(bench));
  return groups;
}

/** Within twice the CPU time of what nobody can do without: the bytes are encoded, and written. */
async function attached(bench, { megabytes, count, warmUp }, { attachedBy, words }) {
  // One group has everybody; how an attachment is given changes little for the others.
  const all = attachedBy === 'buffer' && megabytes === 1;
  const results = await smtpBurst(bench, {
    label: `${id} ${megabytes} MB, ${words}`,
    count,
    warmUp,
    attachmentSize: megabytes * MEGABYTE,
    attachedBy,
    length: composed(megabytes * MEGABYTE),
    only: all ? undefined : [US, NODEMAILER, LIMIT],
  });
  return group({
    id,
    title: `SMTP burst as in S1, with an attachment of ${megabytes} MB (${words}), ${count} mails begun at once`,
    unit: 'mails/s',
    higherIsBetter: true,
    us: US,
    contestants: rates(results),
    reaches: [
      {
        against: LIMIT,
        least: 0.5,
        by: 'cpu',
        words: 'within twice the CPU time of base64 and write alone',
        // What is encoded when the mail is composed is held, and its memory collected, for all mails of the burst.
        ...(attachedBy !== 'stream' && { notHeld: 'docs/performance.md' }),
      },
    ],
  });
}

async function manyRecipients(bench) {
  const { count, warmUp } = bench.quick ? { count: 50, warmUp: 60 } : { count: 1000, warmUp: 1000 };
  const results = await smtpBurst(bench, {
    label: `${id} 50 recipients`,
    count,
    warmUp,
    recipients: 50,
    length: 4000,
  });
  return group({
    id,
    title: `SMTP burst as in S1, to 50 recipients each, ${count.toLocaleString('en')} mails begun at once`,
    unit: 'mails/s',
    higherIsBetter: true,
    us: US,
    contestants: rates(results),
    reaches: [
      { against: SOURCE, least: 1, words: 'as many mails a second as smtp-source, a connection a mail' },
    ],
  });
}

/** Bytes of a composed mail: 57 octets make a line of 76 characters and CRLF in base64. */
function composed(octets) {
  return 2000 + Math.ceil(octets / 57) * 78;
}
