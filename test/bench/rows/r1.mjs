import { join } from 'node:path';
import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { costs, group } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { US } from '../smtp-load.mjs';
import { verifyRendered } from '../verify-mails.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'R1';

const BARE = 'bare Handlebars';
const SIZES = [0, 200];

/** How many renderings make a round; the slower, the fewer, so that rounds are equally long. */
const FULL = { fast: 20_000, adapter: 1000, inlining: 800 };
const QUICK = { fast: 6000, adapter: 100, inlining: 80 };

/**
 * Rendering subject, HTML and text of one mail, with partials in the folder that the mail does not use.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  const counts = bench.quick ? QUICK : FULL;
  const entries = [];
  for (const idlePartials of SIZES) {
    const folders = await writeTemplates(join(folder, String(idlePartials)), { idlePartials });
    const add = (name, file, count, options) =>
      entries.push({
        name: withPartials(name, idlePartials),
        file,
        count,
        options: { folders, idlePartials, ...options },
      });
    // The adapter reads all partials for each mail.
    const slower = idlePartials > 0 ? 10 : 1;
    add(US, 'us-render.mjs', counts.fast);
    add(BARE, 'bare-render.mjs', counts.fast);
    add('@nestjs-modules/mailer adapter, inlining', 'mailer-render.mjs', counts.adapter / slower, {
      inlining: true,
    });
    add('@nestjs-modules/mailer adapter, no inlining', 'mailer-render.mjs', counts.adapter / slower, {
      inlining: false,
    });
    add('email-templates, inlining', 'email-templates-render.mjs', counts.inlining / slower, {
      inlining: true,
    });
    add('email-templates, no inlining', 'email-templates-render.mjs', counts.adapter / slower, {
      inlining: false,
    });
  }
  try {
    const results = await alternate(bench, {
      label: id,
      entries,
      warmUp: entry => entry.count,
      verify: async (entry, contestant) => {
        await contestant.open(entry.options);
        const { last } = await contestant.run(3);
        verifyRendered(entry.name, last, 2);
        await contestant.close();
      },
    });
    return [...SIZES.map(size => groupOf(results, size)), growth(results)];
  } finally {
    removeFolder(folder);
  }
}

function groupOf(results, size) {
  const contestants = costs(results)
    .filter(({ name }) => name.endsWith(withPartials('', size)))
    .map(figures => ({ ...figures, name: figures.name.slice(0, -withPartials('', size).length) }));
  return group({
    id,
    title: `Rendering subject, HTML and text, ${size} partials in the folder that the mail does not use`,
    unit: 'µs/mail',
    higherIsBetter: false,
    us: US,
    contestants,
    reaches: [{ against: BARE, least: 1 / 1.3, words: 'within 1.3 of bare Handlebars' }],
  });
}

function growth(results) {
  const [few, many] = SIZES.map(size => withPartials(US, size));
  return group({
    id,
    title: 'Rendering does not grow with the number of partials',
    unit: 'µs/mail',
    higherIsBetter: false,
    us: many,
    contestants: costs(results).filter(({ name }) => name === few || name === many),
    reaches: [{ against: few, least: 1 / 1.1, words: 'within 1.1 of the same without partials' }],
  });
}

function withPartials(name, size) {
  return `${name}, ${size} partials`;
}
