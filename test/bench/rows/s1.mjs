import { group, rates } from '../group.mjs';
import { US } from '../smtp-load.mjs';
import { MAILER, NODEMAILER, smtpBurst, SOURCE } from './smtp-burst.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'S1';

/**
 * A burst of small mails over SMTP.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const [count, warmUp] = bench.quick ? [200, 300] : [3000, 3000];
  const results = await smtpBurst(bench, { label: id, count, warmUp, length: 2000 });
  const { name } = await bench.sink();
  return [
    group({
      id,
      title: `SMTP burst: 2 KB two-part reset mail, 5 connections, ${count.toLocaleString('en')} mails begun at once`,
      unit: 'mails/s',
      higherIsBetter: true,
      us: US,
      contestants: rates(results),
      reaches: [
        { against: MAILER, least: 3, words: 'at least 3.0 times @nestjs-modules/mailer with inlining' },
        {
          against: NODEMAILER,
          least: 2,
          words: 'at least 2.0 times plain nodemailer',
          notHeld: 'by CPU time at the edge of what can be told',
        },
        // By CPU time 0.40 on one machine, over 0.50 on others: what JavaScript takes of one beside what C and the system take.
        { against: SOURCE, least: 0.5, words: 'at least 0.5 of smtp-source', heldAt: 0.33 },
      ],
      note: `Sink: ${name}.`,
    }),
  ];
}
