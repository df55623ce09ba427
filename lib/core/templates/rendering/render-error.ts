import { messageOf } from '../../errors/error-facts.js';
import type { MailTemplateErrorDetails } from '../../errors/mail-template-error.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { TemplateFile } from '../files/template-file.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import { pathAt } from '../parsing/path-at.js';
import type { ErrorOrigin } from './error-origins.js';
import type { RenderPlan } from './render-plan.js';
import { placeOfError } from './template-place.js';

/** The part of a mail in whose rendering an error came up. */
export interface FailedPart {
  readonly template: string;
  readonly part: string;
  readonly culture: string;
  /** The part's own file. */
  readonly file: TemplateFile;
  /** Where the error came up, perhaps in a layout or partial; undefined when no template has thrown it. */
  readonly origin: ErrorOrigin | undefined;
}

/** Turns whatever a template threw into an error that says which template, part, culture, line and variable. */
export function renderError(error: unknown, failed: FailedPart): MailTemplateError {
  const what = `Template "${failed.template}" (${failed.part}, ${failed.culture})`;
  if (error instanceof MailTemplateError) {
    return new MailTemplateError(error.code, `${what}: ${error.message}`, {
      ...details(failed, error),
      ...placeFacts(error),
      cause: error.cause,
    });
  }
  const message = messageOf(error);
  const place = placeOfError(error) ?? failed.origin?.place;
  const file = failed.origin?.file.file ?? failed.file.file;
  const at = `${file}${place ? `:${place.line}` : ''}`;
  const common = {
    ...details(failed, error),
    file,
    ...(place && { line: place.line, column: place.column + 1 }),
  };
  const written =
    place && failed.origin ? pathAt(failed.origin.parsed.program, place.line, place.column) : undefined;

  const variable = /^"([^"]*)" not defined in /.exec(message)?.[1];
  if (variable !== undefined) {
    const missing = written?.path ?? variable;
    if (written?.called) return noHelper(what, missing, at, { ...common, cause: undefined });
    // No cause: Handlebars prints the value in which it looked, which may be a secret.
    return new MailTemplateError(
      'EMAILTEMPLATEVARIABLE',
      `${what}: the context lacks "${missing}", which ${at} uses.`,
      { ...common, missing, cause: undefined },
    );
  }
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
