import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { MailTemplateError } from '../../../lib/core/errors/mail-template-error.js';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { createCheckedRenderer } from '../../../lib/core/templates/rendering/create-checked-renderer.js';
import type { HandlebarsTemplateRenderer } from '../../../lib/core/templates/rendering/handlebars-template-renderer.js';
import type { TemplateOptions } from '../../../lib/core/templates/template-options.js';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** Files by their path below a template directory. */
export type Files = Readonly<Record<string, string>>;

/** Real template directories and renderers of one spec file; `clean` belongs into `afterEach`. */
export class TemplateFixture {
  /** What the renderers logged, such as `warn …`. */
  readonly lines: string[] = [];
  readonly #directories: TemporaryDirectory[] = [];
  readonly #renderers: HandlebarsTemplateRenderer[] = [];

  /** A new directory with files. */
  directory(files: Files = {}): TemporaryDirectory {
    const directory = temporaryDirectory();
    this.#directories.push(directory);
    for (const [name, content] of Object.entries(files)) directory.write(name, content);
    return directory;
  }

  /** A renderer of the built-in templates and of what the options name. */
  async create(options: TemplateOptions = {}, brand?: MailBrand): Promise<HandlebarsTemplateRenderer> {
    const renderer = await createCheckedRenderer(options, brand, {
      log: line => this.lines.push(`log ${line}`),
      warn: line => this.lines.push(`warn ${line}`),
      error: line => this.lines.push(`error ${line}`),
    });
    this.#renderers.push(renderer);
    return renderer;
  }

  /** A renderer of one directory with these files. */
  renderer(files: Files, options: TemplateOptions = {}): Promise<HandlebarsTemplateRenderer> {
    return this.create({ ...options, directories: [this.directory(files).path] });
  }

  /** Renders the text part `t/text.hbs` of one directory. */
  async text(
    source: string,
    context: object,
    options: TemplateOptions & { culture?: string; files?: Files } = {},
  ): Promise<string> {
    return (await this.mail({ 't/text.hbs': source, ...options.files }, context, options)).text;
  }

  /** Renders the template `t` of one directory; it gets a subject when it has none. */
  async mail(
    files: Files,
    context: object,
    { culture, files: _files, ...options }: TemplateOptions & { culture?: string; files?: Files } = {},
  ): Promise<RenderedMail> {
    const renderer = await this.renderer({ 't/subject.hbs': 'Subject', ...files }, options);
    return renderer.render('t', context, culture === undefined ? {} : { culture });
  }

  /** Ends watching and removes all directories. */
  async clean(): Promise<void> {
    for (const renderer of this.#renderers.splice(0)) await renderer.close();
    for (const directory of this.#directories.splice(0)) directory.remove();
    this.lines.length = 0;
  }
}

/** The MailTemplateError that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<MailTemplateError> {
  const error: unknown = await promise.then(
    value => expect(value).toBe('a rejection'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MailTemplateError);
  if (!(error instanceof MailTemplateError)) throw error;
  return error;
}

/** Everything that a log can show of an error. */
export function everythingOf(error: Error): string {
  return [
    error.message,
    error.stack,
    JSON.stringify(error),
    JSON.stringify({ ...error }),
    inspect(error, { depth: 10, showHidden: true }),
  ].join('\n');
}
