import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { EmbeddedImage, EmbeddedImages } from './embedded-images.js';
import { placeOfCall } from './template-place.js';

/** The helper `embed` of one environment, and the images of the mail that is being rendered. */
export class EmbedHelper {
  readonly #part: TemplatePart;
  readonly #images: EmbeddedImages;
  readonly #fileAt: (path: string) => TemplateFile | undefined;
  #embedded: Set<EmbeddedImage> | undefined;

  /** @param fileAt finds the template file of a path: an image is looked for beside the file that embeds it */
  constructor(
    part: TemplatePart,
    images: EmbeddedImages,
    fileAt: (path: string) => TemplateFile | undefined,
  ) {
    this.#part = part;
    this.#images = images;
    this.#fileAt = fileAt;
  }

  /** The images of the mail that is being rendered, each once; undefined when there are none. */
  get embedded(): ReadonlySet<EmbeddedImage> | undefined {
    return this.#embedded;
  }

  /**
   * Begins a mail without images.
   *
   * @returns what {@link end} takes: a helper may have another template rendered while its own mail is
   */
  begin(): Set<EmbeddedImage> | undefined {
    const outer = this.#embedded;
    this.#embedded = undefined;
    return outer;
  }

  /** Ends a mail, and goes on with the one around it. */
  end(outer: Set<EmbeddedImage> | undefined): void {
    this.#embedded = outer;
  }

  /**
   * `{{embed "logo.png"}}`: the address of an image that travels with the mail.
   *
   * @throws {@link TemplateHelperError} outside html parts, without a name, and when there is no such image
   */
  readonly helper = (...args: unknown[]): string => {
    if (this.#part !== 'html')
      throw new TemplateHelperError(
        `embed puts images into html parts; a ${this.#part} has no place for them`,
      );
    const [name, options] = args;
    const path = args.length === 2 ? placeOfCall(options)?.file : undefined;
    const user = path === undefined ? undefined : this.#fileAt(path);
    if (!user) throw new TemplateHelperError('embed takes one name, such as {{embed "logo.png"}}');
    const image = this.#images.find(user, name);
    (this.#embedded ??= new Set()).add(image);
    return `cid:${image.cid}`;
  };
}
