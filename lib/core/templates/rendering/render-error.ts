import { messageOf } from '../../errors/error-facts.js';
import type { MailTemplateErrorDetails } from '../../errors/mail-template-error.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { TemplateFile } from '../files/template-file.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import { pathAt } from '../parsing/template-syntax.js';
import type { ErrorOrigin, TemplatePlace } from './template-environment.js';

/** What was being rendered when an error came up. */
export interface RenderContext {
  readonly template: string;
  readonly part: string;
  readonly culture: string;
  readonly file: TemplateFile;
  readonly origin: ErrorOrigin | undefined;
}

/** Turns whatever a template threw into an error that says which template, part, culture, line and variable. */
export function renderError(error: unknown, scene: RenderContext): MailTemplateError {
  const what = `Template "${scene.template}" (${scene.part}, ${scene.culture})`;
  if (error instanceof MailTemplateError) {
    return new MailTemplateError(error.code, `${what}: ${error.message}`, {
      ...details(scene, error),
      ...pick(error),
      cause: error.cause,
    });
  }
  const message = messageOf(error);
  const place = placeOf(error) ?? scene.origin?.place;
  const file = scene.origin?.file.file ?? scene.file.file;
  const at = `${file}${place ? `:${place.line}` : ''}`;
  const common = {
    ...details(scene, error),
    file,
    ...(place && { line: place.line, column: place.column + 1 }),
  };
  const written =
    place && scene.origin ? pathAt(scene.origin.parsed.program, place.line, place.column) : undefined;

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
  scene: RenderContext,
  cause: unknown,
): { template: string; part: string; culture: string; cause: unknown } {
  return { template: scene.template, part: scene.part, culture: scene.culture, cause };
}

function pick(error: MailTemplateError): { file?: string; line?: number; column?: number; missing?: string } {
  return {
    ...(error.file !== undefined && { file: error.file }),
    ...(error.line !== undefined && { line: error.line }),
    ...(error.column !== undefined && { column: error.column }),
    ...(error.missing !== undefined && { missing: error.missing }),
  };
}

function placeOf(error: unknown): TemplatePlace | undefined {
  if (typeof error !== 'object' || error === null || !('lineNumber' in error) || !('column' in error))
    return undefined;
  const { lineNumber, column } = error;
  return typeof lineNumber === 'number' && typeof column === 'number'
    ? { line: lineNumber, column }
    : undefined;
}
