import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import { isCulture } from '../../core/templates/culture.js';
import type { TemplateFolder } from '../../core/templates/files/template-folder.js';
import type { HandlebarsTemplateRenderer } from '../../core/templates/rendering/handlebars-template-renderer.js';
import type { RenderedMail } from '../../core/templates/template-renderer.js';
import { cultureProblems } from './culture-problems.js';
import { listedNames } from './listed-names.js';
import { withPlaceholder } from './placeholder-context.js';
import type { PreviewQuery, PreviewResult } from './preview-result.js';
import type { Listing } from './template-listing.js';
import type { TemplateProblem } from './template-problem.js';
import { problemOf } from './template-problem.js';
import type { TemplateSamples } from './template-samples.js';

/** What a template is previewed with. */
export interface PreviewSources {
  readonly renderer: Promise<HandlebarsTemplateRenderer>;
  /** What the renderer calls it. */
  readonly template: string;
  readonly listing: Listing | undefined;
  readonly defaultCulture: string;
  readonly broken: ReadonlyMap<string, TemplateProblem>;
  /** The folders of the templates, of which problems show a few lines. */
  readonly folders: readonly TemplateFolder[];
  readonly samples: TemplateSamples;
}

/** As many missing variables are stood in for; a template that lacks more has no sample at all. */
const MOST_MISSING = 50;

/** Renders a template with a sample, to be shown to its author. Never rejects: what is wrong is part of the result. */
export async function previewTemplate(sources: PreviewSources, query: PreviewQuery): Promise<PreviewResult> {
  const { renderer, template, listing, samples, broken } = sources;
  const culture = query.culture ?? sources.defaultCulture;
  const chosen = chooseSample(sources, query);
  const { context } = chosen;
  const problems = [...(samples.problem ? [samples.problem] : []), ...chosen.problems];
  const rendering = await renderWithPlaceholders(sources, context, query.culture);
  // A layout is rendered by a template of our own, whose name would say nothing to its author.
  const named = (message: string): string => message.replaceAll(`"${template}"`, `"${query.name}"`);
  for (const problem of rendering.problems)
    problems.push(broken.get(problem.file ?? '') ?? { ...problem, message: named(problem.message) });
  const files = await filesOf(renderer, template, query.culture);
  if (listing && isCulture(culture))
    problems.push(...cultureProblems(listing, culture, files, rendering.mail));
  return {
    culture,
    samples: [...samples.samples.keys()],
    ...(samples.file !== undefined && { samplesFile: samples.file }),
    ...(chosen.name !== undefined && { sample: chosen.name }),
    context,
    ...(rendering.mail && rendering.problems.length === 0 && { rendered: rendering.mail }),
    ...(rendering.mail && rendering.problems.length > 0 && { draft: rendering.mail }),
    ...(rendering.problems.length > 0 && { draftContext: rendering.context }),
    problems,
    files,
  };
}

interface ChosenSample {
  readonly name?: string;
  readonly context: object;
  readonly problems: readonly TemplateProblem[];
}

function chooseSample({ samples: { samples, file } }: PreviewSources, query: PreviewQuery): ChosenSample {
  if (query.context) return { context: query.context, problems: [] };
  const [first] = samples;
  if (query.sample === undefined)
    return first ? { name: first[0], context: first[1], problems: [] } : { context: {}, problems: [] };
  const context = samples.get(query.sample);
  if (context) return { name: query.sample, context, problems: [] };
  const known = first ? `; it has ${listedNames([...samples.keys()].map(name => `"${name}"`))}` : '';
  const message = `There is no sample "${query.sample}" in ${file ?? 'the folder of this template'}${known}.`;
  return { context: {}, problems: [{ kind: 'samples', message, ...(file !== undefined && { file }) }] };
}

/** Renders; while a variable is missing, again with a stand-in for it, so that every missing one is found. */
async function renderWithPlaceholders(
  { renderer, template, folders }: PreviewSources,
  given: object,
  culture: string | undefined,
): Promise<{ mail?: RenderedMail; problems: TemplateProblem[]; context: object }> {
  const problems: TemplateProblem[] = [];
  let context = given;
  for (;;) {
    try {
      const options = culture === undefined ? {} : { culture };
      const mail = await (await renderer).render(template, context, options);
      return { mail, problems, context };
    } catch (error) {
      problems.push(problemOf(error, folders));
      const lacking = error instanceof MailTemplateError && error.code === 'EMAILTEMPLATEVARIABLE';
      const filled =
        lacking && problems.length < MOST_MISSING && withPlaceholder(context, error.missing ?? '');
      if (!filled) return { problems, context };
      context = filled;
    }
  }
}

async function filesOf(
  renderer: Promise<HandlebarsTemplateRenderer>,
  template: string,
  culture: string | undefined,
): Promise<PreviewResult['files']> {
  try {
    return (await renderer).filesOf(template, culture);
  } catch {
    // Rendering has failed for the same reason, which is among the problems already.
    return {};
  }
}
