import { isErrorLike } from '../../errors/error-facts.js';
import type { TemplateFile } from '../files/template-file.js';
import type { TemplatePlace } from './template-place.js';
import { placeOfCall } from './template-place.js';

/** Where an error came up: the innermost template or partial that was running. */
export interface ErrorOrigin {
  readonly file: TemplateFile;
  /** Where the helper that threw is called; undefined when no helper threw. */
  readonly place: TemplatePlace | undefined;
}

/** Remembers of the errors that templates of one environment throw in which file, and by which call, they came up. */
export class ErrorOrigins {
  readonly #files = new Map<string, TemplateFile>();
  readonly #calls = new WeakMap<object, TemplatePlace>();
  readonly #origins = new WeakMap<object, ErrorOrigin>();

  /** Makes a file known, by whose path Handlebars tells where an error came up. */
  addFile(file: TemplateFile): void {
    this.#files.set(file.file, file);
  }

  /** The file of a path, when {@link addFile} has made it known. */
  fileAt(path: string): TemplateFile | undefined {
    return this.#files.get(path);
  }

  /**
   * Notes the call of the helper that threw an error.
   *
   * @param options what Handlebars has passed to the helper as its last argument
   */
  noteCall(error: unknown, options: unknown): void {
    const place = placeOfCall(options);
    // An error that comes out of a block has its place within it.
    if (!isErrorLike(error) || this.#calls.has(error) || this.#origins.has(error) || !place) return;
    this.#calls.set(error, place);
  }

  /** Notes the file that threw an error. The innermost file catches it first, and what it notes stays. */
  noteFile(error: unknown, file: TemplateFile): void {
    if (!isErrorLike(error) || this.#origins.has(error)) return;
    const place = this.#calls.get(error);
    // A block that is given to a layout runs within it, and belongs to another file: Handlebars names that one.
    const path = ('fileName' in error ? error.fileName : undefined) ?? place?.file;
    // The words of a language are files of one path.
    const named = typeof path === 'string' && path !== file.file ? this.#files.get(path) : undefined;
    this.#origins.set(error, { file: named ?? file, place });
  }

  /** Where an error came up; undefined when no template of the environment has thrown it. */
  of(error: unknown): ErrorOrigin | undefined {
    return typeof error === 'object' && error !== null ? this.#origins.get(error) : undefined;
  }
}
