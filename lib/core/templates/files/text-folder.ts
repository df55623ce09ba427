import type { Utf8Text } from '../../text/utf8.js';
import { readDataUrl } from './data-url.js';
import { isImagePath } from './image-path.js';
import type { TemplateFolder } from './template-folder.js';

/** A folder of templates that are texts of code; images stand in it as data URLs. */
export class TextFolder implements TemplateFolder {
  readonly name: string;
  readonly builtIn: boolean;
  readonly isOnDisk = false;
  readonly #texts: Readonly<Record<string, string>>;
  readonly #prefix: string;

  /**
   * @param texts what the files hold, by their paths; checked before
   * @param prefix stands before the path of a file where messages name it
   */
  constructor(
    texts: Readonly<Record<string, string>>,
    { name, prefix, builtIn }: { readonly name: string; readonly prefix: string; readonly builtIn: boolean },
  ) {
    this.name = name;
    this.builtIn = builtIn;
    this.#texts = texts;
    this.#prefix = prefix;
  }

  nameOf(path: string): string {
    return `${this.#prefix}${path}`;
  }

  pathOf(name: string): string | undefined {
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : undefined;
  }

  files(): string[] {
    return Object.keys(this.#texts).toSorted();
  }

  filesIn(path: string): string[] {
    const folder = `${path}/`;
    return this.files()
      .filter(file => file.startsWith(folder) && !file.includes('/', folder.length))
      .map(file => file.slice(folder.length));
  }

  text(path: string): Utf8Text {
    const text = this.#own(path);
    if (text === undefined) throw new Error('it is not there');
    return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
  }

  octets(path: string): Buffer | undefined {
    const text = this.#own(path);
    if (text === undefined) return undefined;
    return isImagePath(path) ? readDataUrl(text)?.octets : Buffer.from(text);
  }

  #own(path: string): string | undefined {
    return Object.hasOwn(this.#texts, path) ? this.#texts[path] : undefined;
  }
}
