import { messageOf } from '../../errors/error-facts.js';
import type { MailTemplateErrorDetails } from '../../errors/mail-template-error.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { canonicalCulture } from '../culture.js';
import type { TemplateFile } from '../files/template-file.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { PathInSource } from '../parsing/path-at.js';
import type { RenderFailure } from './render-part.js';
import type { RenderPlan } from './render-plan.js';
import { placeOfError } from './template-place.js';
import { ValueFault } from './value-fault.js';

/** Finds the path that begins at a place of a file: see `HandlebarsCompiler.pathAt`. */
export type PathFinder = (file: TemplateFile, line: number, column: number) => PathInSource | undefined;

/** The part of a mail in whose rendering an error came up. */
interface FailedPart {
  readonly template: string;
  readonly part: string;
  readonly culture: string;
}

/** The error of a part that could not be rendered: it says which template, part, culture, line and variable. */
export function renderError(
  { plan, planned, origin, cause: error }: RenderFailure,
  pathAt: PathFinder,
): MailTemplateError {
  const own = planned.file;
  const culture = own.culture === '' ? plan.wanted : canonicalCulture(own.culture);
  const failed: FailedPart = { template: plan.name, part: own.part, culture };
  const what = `Template "${failed.template}" (${failed.part}, ${failed.culture})`;
  if (error instanceof MailTemplateError) {
    return new MailTemplateError(error.code, `${what}: ${error.message}`, {
      ...details(failed, error),
      ...placeFacts(error),
      cause: error.cause,
    });
  }
  const message = messageOf(error);
  const place = placeOfError(error) ?? origin?.place;
  const file = origin?.file.file ?? own.file;
  const at = `${file}${place ? `:${place.line}` : ''}`;
  const common = {
    ...details(failed, error),
    file,
    ...(place && { line: place.line, column: place.column + 1 }),
  };
  const written = place && origin ? pathAt(origin.file, place.line, place.column) : undefined;

  if (error instanceof ValueFault) return valueError(error, { what, at, common, written });
  const helper = /^Missing helper: "([^"]*)"/.exec(message)?.[1];
  if (helper !== undefined) return noHelper(what, helper, at, common);
  if (message === 'The partial @partial-block could not be found') {
    return new MailTemplateError(
      'EMAILTEMPLATEPARTIAL',
      `${what}: there is no block for {{> @partial-block}} in ${at}; use it as {{#> …}}…{{/…}}.`,
      { ...common, missing: '@partial-block' },
    );
  }
  if (message.startsWith('The partial ')) {
    // Other names that are not there were found before. This one came out of the context, where it may be a secret.
    return new MailTemplateError(
      'EMAILTEMPLATEPARTIAL',
      `${what}: there is no partial of the name that an expression in ${at} makes.`,
      { ...common, cause: undefined },
    );
  }
  if (!(error instanceof TemplateHelperError)) {
    const reason = `a helper or the context failed: ${message} (${at})`;
    return new MailTemplateError('EMAILTEMPLATEHELPER', `${what}: ${reason}`, common);
  }
  // What comes in several lines, such as paths, comes last.
  const [reason, ...more] = message.split('\n');
  const told = [`${what}: ${reason} (${at})`, ...more].join('\n');
  return new MailTemplateError('EMAILTEMPLATEHELPER', told, { ...common, ...error.refusal });
}

/** The error for a page whose style sheets could not be inlined. */
export function inliningError({ name, culture }: RenderPlan, error: unknown): MailTemplateError {
  // Ours holds nothing of the page.
  const reason =
    error instanceof RangeError
      ? `with this context ${error.message}`
      : 'with this context a style attribute or a style sheet holds what is no CSS. Look at the values that are printed into CSS';
  // No cause: the inliner repeats what it cannot read, which may have come out of the context.
  return new MailTemplateError(
    'EMAILTEMPLATEINLINE',
    `The style sheets of the template "${name}" cannot be inlined: ${reason}.`,
    { template: name, part: 'html', culture },
  );
}

/** The error for a page of which no text part can be made. */
export function textPartError({ name, culture }: RenderPlan, cause: unknown): MailTemplateError {
  return new MailTemplateError(
    'EMAILTEMPLATETEXT',
    `No text part can be made of the HTML of the template "${name}": ${messageOf(cause)}. Give the template a text part, or look at what its context prints.`,
    { template: name, part: 'text', culture, cause },
  );
}

/** What is known of a fault besides itself. */
interface FaultSurroundings {
  /** The template, part and culture, in words. */
  readonly what: string;
  /** File and line. */
  readonly at: string;
  readonly common: MailTemplateErrorDetails;
  /** The path that stands there. */
  readonly written: PathInSource | undefined;
}

/** The error for a variable that cannot be read or printed, or a helper's result that cannot be printed. */
function valueError(fault: ValueFault, { what, at, common, written }: FaultSurroundings): MailTemplateError {
  const name = written?.path ?? fault.subject;
  // No cause but that of a getter: the fault says nothing more.
  const more = { ...common, cause: fault.cause };
  const variable = (words: string): MailTemplateError =>
    new MailTemplateError('EMAILTEMPLATEVARIABLE', `${what}: ${words}`, { ...more, missing: name });
  const helper = (words: string): MailTemplateError =>
    new MailTemplateError('EMAILTEMPLATEHELPER', `${what}: ${words}`, more);
  switch (fault.kind) {
    case 'missing':
      if (written?.called) return noHelper(what, name, at, more);
      return variable(
        `the context lacks "${name}", which ${at} uses. Add it, or write {{#if ${name}}}…{{/if}} or {{default ${name} "…"}}.`,
      );
    case 'unreadable':
      return variable(`"${name}", which ${at} uses, cannot be read: its getter threw. See the cause.`);
    case 'unprintable':
      return variable(`"${name}", which ${at} prints, ${fault.words}.`);
    case 'result':
      return helper(`the helper "${fault.subject}", which ${at} calls, ${fault.words}.`);
    case 'ambiguous':
      return helper(
        `"${fault.subject}" in ${at} is both a helper and a variable of the context. {{this.${fault.subject}}} is the variable; (${fault.subject}) is the helper. Better rename one.`,
      );
  }
}

function noHelper(
  what: string,
  helper: string,
  at: string,
  more: MailTemplateErrorDetails,
): MailTemplateError {
  return new MailTemplateError(
    'EMAILTEMPLATEHELPER',
    `${what}: there is no helper "${helper}", which ${at} uses.`,
    {
      ...more,
      missing: helper,
    },
  );
}

function details(
  failed: FailedPart,
  cause: unknown,
): { template: string; part: string; culture: string; cause: unknown } {
  return { template: failed.template, part: failed.part, culture: failed.culture, cause };
}

/** What an error that a template threw as a MailTemplateError says of its place. */
function placeFacts(error: MailTemplateError): {
  file?: string;
  line?: number;
  column?: number;
  missing?: string;
} {
  return {
    ...(error.file !== undefined && { file: error.file }),
    ...(error.line !== undefined && { line: error.line }),
    ...(error.column !== undefined && { column: error.column }),
    ...(error.missing !== undefined && { missing: error.missing }),
  };
}
