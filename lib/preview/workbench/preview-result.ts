import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import { canonicalCulture, isCulture, languageOf } from '../../core/templates/culture.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import type { TemplatePart } from '../../core/templates/files/template-file.js';
import type { HandlebarsTemplateRenderer } from '../../core/templates/rendering/handlebars-template-renderer.js';
import type { RenderedMail } from '../../core/templates/template-renderer.js';
import { withPlaceholder } from './placeholder-context.js';
import type { Listing } from './template-listing.js';
import type { TemplateProblem } from './template-problem.js';
import { problemOf } from './template-problem.js';
import type { TemplateSamples } from './template-samples.js';

/** How a template is tried. */
export interface PreviewQuery {
  /** Name of the template, or of the layout: `welcome`, `layouts/mail`. */
  readonly name: string;
  /** Wanted language. @default the default culture */
  readonly culture?: string;
  /** Name of the sample. @default the first one */
  readonly sample?: string;
  /** Variables in place of a sample. @default the sample's */
  readonly context?: object;
}

/** What came of trying a template. */
export interface PreviewResult {
  /** The culture that was wanted: as it was asked for, else the default one. */
  readonly culture: string;
  /** Names of all samples. */
  readonly samples: readonly string[];
  /** File of the samples; undefined when there is none. */
  readonly samplesFile?: string;
  /** The sample that was used; undefined when there was none, or a context in its place. */
  readonly sample?: string;
  /** The variables that were used, without stand-ins for those that are missing. */
  readonly context: object;
  /** The mail; undefined when it would not be sent. */
  readonly rendered?: RenderedMail;
  /** The mail with stand-ins for missing variables, where it would not be sent without them. */
  readonly draft?: RenderedMail;
  /** The variables of {@link draft}, stand-ins included. */
  readonly draftContext?: object;
  /** What is wrong; empty when nothing is. */
  readonly problems: readonly TemplateProblem[];
  /** For each part its own file, then the layouts and partials that it uses. */
  readonly files: Readonly<Partial<Record<TemplatePart, readonly TemplateFile[]>>>;
}

/** What a trial works with. */
export interface PreviewSources {
  readonly renderer: Promise<HandlebarsTemplateRenderer>;
  /** What the renderer calls it. */
  readonly template: string;
  readonly listing: Listing | undefined;
  readonly defaultCulture: string;
  readonly broken: ReadonlyMap<string, TemplateProblem>;
  readonly samples: TemplateSamples;
}

/** As many missing variables are looked for; a template that lacks more lacks its sample. */
const MOST_MISSING = 50;

/** Tries a template. What is wrong is part of the answer. */
export async function tryTemplate(means: PreviewSources, request: PreviewQuery): Promise<PreviewResult> {
  const { renderer, template, listing, samples, broken } = means;
  const culture = request.culture ?? means.defaultCulture;
  const chosen = chooseSample(means, request);
  const { context } = chosen;
  const problems = [...(samples.problem ? [samples.problem] : []), ...chosen.problems];
  const attempt = await attemptAll(renderer, template, context, request.culture);
  // A layout is tried with a template that nobody knows of.
  const named = (message: string): string => message.replaceAll(`"${template}"`, `"${request.name}"`);
  for (const problem of attempt.problems)
    problems.push(broken.get(problem.file ?? '') ?? { ...problem, message: named(problem.message) });
  const files = await filesOf(renderer, template, request.culture);
  if (listing && isCulture(culture)) problems.push(...cultureProblems(listing, culture, files, attempt.mail));
  return {
    culture,
    samples: [...samples.samples.keys()],
    ...(samples.file !== undefined && { samplesFile: samples.file }),
    ...(chosen.name !== undefined && { sample: chosen.name }),
    context,
    ...(attempt.mail && attempt.problems.length === 0 && { rendered: attempt.mail }),
    ...(attempt.mail && attempt.problems.length > 0 && { draft: attempt.mail }),
    ...(attempt.problems.length > 0 && { draftContext: attempt.context }),
    problems,
    files,
  };
}

interface ChosenSample {
  readonly name?: string;
  readonly context: object;
  readonly problems: readonly TemplateProblem[];
}

function chooseSample({ samples: { samples, file } }: PreviewSources, request: PreviewQuery): ChosenSample {
  if (request.context) return { context: request.context, problems: [] };
  const [first] = samples;
  if (request.sample === undefined)
    return first ? { name: first[0], context: first[1], problems: [] } : { context: {}, problems: [] };
  const context = samples.get(request.sample);
  if (context) return { name: request.sample, context, problems: [] };
  const known = first ? `; it has ${listed([...samples.keys()].map(name => `"${name}"`))}` : '';
  const message = `There is no sample "${request.sample}" in ${file ?? 'the folder of this template'}${known}.`;
  return { context: {}, problems: [{ kind: 'samples', message, ...(file !== undefined && { file }) }] };
}

/** Renders; where variables are missing once more with stand-ins for them, so that all of them are found. */
async function attemptAll(
  renderer: Promise<HandlebarsTemplateRenderer>,
  template: string,
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
      problems.push(problemOf(error));
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
    // Rendering has said why.
    return {};
  }
}

/** Says where a mail comes in another language than the one that was asked for: the real mailer falls back silently. */
function cultureProblems(
  { kind, name, cultures }: Listing,
  asked: string,
  files: PreviewResult['files'],
  mail: RenderedMail | undefined,
): TemplateProblem[] {
  const culture = canonicalCulture(asked);
  if (Object.keys(files).length === 0 && cultures.length > 0) {
    const message = `There is no ${kind} "${name}" in ${culture}, nor in the default culture; it exists in ${listed(cultures)}.`;
    return cultures.some(known => languageOf(known) === languageOf(culture))
      ? []
      : [{ kind: 'culture', message }];
  }
  const others = Object.entries(files).flatMap(([part, [file]]) =>
    file && file.culture !== '' && languageOf(file.culture) !== languageOf(culture) ? [{ part, file }] : [],
  );
  if (others.length === 0) return [];
  const instead = mail?.culture ?? canonicalCulture(others[0]?.file.culture ?? asked);
  if (others.length === Object.keys(files).length) {
    const message = `There is no ${kind} "${name}" in ${culture}; it exists in ${listed(cultures)}. A mail in ${culture} is sent in ${instead}.`;
    return [{ kind: 'culture', message }];
  }
  return others.map(({ part, file }) => ({
    kind: 'culture',
    part,
    file: file.file,
    message: `The ${part} of "${name}" does not exist in ${culture}; a mail in ${culture} gets the one in ${canonicalCulture(file.culture)}: ${file.file}.`,
  }));
}

function listed(names: readonly string[]): string {
  const [last = 'no culture'] = names.slice(-1);
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
