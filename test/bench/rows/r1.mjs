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

/** How many renderings warm up: enough for the compiler of the engine, and no more of what is slow. */
const WARM_UP = { fast: 20_000, slow: 400 };

/**
 * Rendering subject, HTML and text of one mail, with partials in the folder that the mail does not use.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export async function run(bench) {
  const folder = temporaryFolder();
  const entries = [];
  for (const idlePartials of SIZES) {
    const folders = await writeTemplates(join(folder, String(idlePartials)), { idlePartials });
    const add = (name, file, warmUp, options) =>
      entries.push({
        name: withPartials(name, idlePartials),
        file,
        warmUp,
        options: { folders, idlePartials, ...options },
      });
    // Some read all partials for each mail.
    const warmUp = WARM_UP.slow / (idlePartials > 0 ? 10 : 1);
    add(US, 'us-render.mjs', WARM_UP.fast);
    add(BARE, 'bare-render.mjs', WARM_UP.fast);
    add('@nestjs-modules/mailer adapter, inlining', 'mailer-render.mjs', warmUp, {
      inlining: true,
    });
    add('@nestjs-modules/mailer adapter, no inlining', 'mailer-render.mjs', warmUp, {
      inlining: false,
    });
    add('email-templates, inlining', 'email-templates-render.mjs', warmUp, {
      inlining: true,
    });
    add('email-templates, no inlining', 'email-templates-render.mjs', warmUp, {
      inlining: false,
    });
  }
  try {
    const results = await alternate(bench, {
      label: id,
      entries,
      roundMs: bench.quick ? 60 : 400,
      warmUp: entry => entry.warmUp / (bench.quick ? 4 : 1),
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
