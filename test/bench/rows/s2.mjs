import { group, rates } from '../group.mjs';
import { US } from '../smtp-load.mjs';
import { smtpBurst } from './smtp-burst.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'S2';

const MEGABYTE = 2 ** 20;

/** Bytes of a composed mail: 57 octets make a line of 76 characters and CRLF in base64. */
const COMPOSED = 2000 + Math.ceil(MEGABYTE / 57) * 78;

/**
 * The same burst with a large attachment, and with many recipients.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const large = bench.quick ? { count: 6, warmUp: 6 } : { count: 100, warmUp: 60 };
  const many = bench.quick ? { count: 50, warmUp: 60 } : { count: 1000, warmUp: 1000 };
  const results = {
    large: await smtpBurst(bench, {
      label: `${id} 1 MB`,
      ...large,
      attachmentSize: MEGABYTE,
      length: COMPOSED,
    }),
    many: await smtpBurst(bench, { label: `${id} 50 recipients`, ...many, recipients: 50, length: 4000 }),
  };
  const common = { id, unit: 'mails/s', higherIsBetter: true, us: US };
  return [
    group({
      ...common,
      title: `SMTP burst as in S1, with an attachment of 1 MB (a Buffer), ${large.count} mails begun at once`,
      contestants: rates(results.large),
    }),
    group({
      ...common,
      title: `SMTP burst as in S1, to 50 recipients each, ${many.count.toLocaleString('en')} mails begun at once`,
      contestants: rates(results.many),
    }),
  ];
}
