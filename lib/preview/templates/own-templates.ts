import { answerWithin } from '../../core/concurrency/answer-within.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import { canonicalCulture } from '../../core/templates/culture.js';
import { checkTemplateName } from '../../core/templates/files/template-name.js';
import { rendererSamples, templateNamesOf } from '../../core/templates/renderer-listing.js';
import { rendererWords } from '../../core/templates/renderer-words.js';
import type { TemplateRenderer } from '../../core/templates/template-renderer.js';
import type { PreviewMailer } from '../mail-preview.mailers.js';
import type { PreviewQuery, PreviewResult } from '../workbench/preview-result.js';
import { previewTemplate } from '../workbench/preview-template.js';
import type { Listing } from '../workbench/template-listing.js';
import type { TemplateProblem } from '../workbench/template-problem.js';
import type { TemplateSamples } from '../workbench/template-samples.js';

/** Milliseconds in which a renderer has to say whether it has a template: somebody waits for a page. */
const LONGEST_MS = 5000;

/** The templates of a renderer of the application (option `renderer`), as far as it says which there are. */
export interface OwnTemplates {
  /** As the beginning of a sentence: `The renderer MjmlRenderer`. */
  readonly words: string;
  /** Whether it has a method that lists them. */
  readonly lists: boolean;
  readonly listings: readonly Listing[];
  /** Why it could not list them, and what of the list are no names. */
  readonly problems: readonly TemplateProblem[];
}

/** What the renderer of a mailer says of its templates. Never rejects: what is wrong is part of the answer. */
export async function ownTemplatesOf(renderer: TemplateRenderer): Promise<OwnTemplates> {
  const words = rendererWords(renderer);
  const problems: TemplateProblem[] = [];
  const listings: Listing[] = [];
  const problem = (message: string): void => void problems.push({ kind: 'template', message });
  try {
    const names = await templateNamesOf(renderer);
    for (const name of names ?? []) {
      try {
        listings.push(ownListing(checkTemplateName(name), words));
      } catch (error) {
        problem(`${words} lists what no mail can ask for: ${messageOf(error)}`);
      }
    }
    return { words, lists: names !== undefined, listings, problems };
  } catch (error) {
    problem(`${words} cannot list its templates: ${messageOf(error)}.`);
    return { words, lists: true, listings, problems };
  }
}

/** A template of a renderer of the application, of which nothing is known but its name. */
export function ownListing(name: string, words: string): Listing {
  return { kind: 'template', name, owner: 'app', renderer: words, parts: [], cultures: [], files: [] };
}

/**
 * Whether a renderer that does not list its templates has one that Handlebars has too: it is asked as a send asks it. One that
 * fails, or does not answer, has it: the send would fail.
 *
 * @param context what the template is shown with
 */
export async function hasTaken(
  renderer: TemplateRenderer,
  { name, culture }: PreviewQuery,
  context: object,
): Promise<boolean> {
  try {
    const options = culture === undefined ? {} : { culture };
    const late = (): Error => new Error('no answer');
    const mail: unknown = await answerWithin(LONGEST_MS, () => renderer.render(name, context, options), late);
    return mail !== undefined && mail !== null;
  } catch (error) {
    return !(error instanceof MailTemplateError && error.code === 'EMAILTEMPLATENOTFOUND');
  }
}

/**
 * Renders a template through the mailer, whose renderer of the application may have it. Never rejects: what is wrong is part
 * of the result.
 *
 * @param listing undefined for a template that the renderer does not list
 */
export async function previewOwn(
  { service, options }: PreviewMailer,
  renderer: TemplateRenderer,
  listing: Listing | undefined,
  query: PreviewQuery,
): Promise<PreviewResult> {
  return previewTemplate(
    {
      renderer: Promise.resolve({
        render: (template, context, given) => service.render(template, context, given),
        filesOf: () => ({}),
      }),
      template: query.name,
      listing,
      defaultCulture: canonicalCulture(options.templates?.defaultCulture ?? 'en'),
      broken: new Map(),
      folders: [],
      samples: await samplesOf(renderer, query.name),
    },
    query,
  );
}

async function samplesOf(renderer: TemplateRenderer, template: string): Promise<TemplateSamples> {
  if (typeof renderer.templateSamples !== 'function') return { samples: new Map() };
  const words = rendererWords(renderer);
  const file = words.replace(/^The/, 'templateSamples() of the');
  try {
    return { file, samples: await rendererSamples(renderer, template) };
  } catch (error) {
    const message = `${words} has no samples that can be used: ${messageOf(error)}. The template is shown without one.`;
    return { file, samples: new Map(), problem: { kind: 'samples', message } };
  }
}
