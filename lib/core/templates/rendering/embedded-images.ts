import { posix } from 'node:path';
import { messageOf } from '../../errors/error-facts.js';
import { printable } from '../../redaction/printable.js';
import { contentIdOf } from '../content-id.js';
import { copyImageHint } from '../files/copy-hint.js';
import { IMAGE_EXTENSIONS, imageTypeOfPath } from '../files/image-path.js';
import type { TemplateFile } from '../files/template-file.js';
import type { TemplateFolder } from '../files/template-folder.js';
import { isSafeName } from '../files/template-name.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { RenderedAttachment } from '../template-renderer.js';

/** An image that stands in the HTML of a mail and travels with it. */
export type EmbeddedImage = RenderedAttachment & { readonly content: Buffer };

/** The images in the template folders; each is read once, when a mail first shows it. */
export class EmbeddedImages {
  readonly #folders: readonly TemplateFolder[];
  readonly #logo: EmbeddedImage | undefined;
  readonly #images = new Map<string, EmbeddedImage>();

  /**
   * @param folders in the order in which they are searched
   * @param logo the logo of the brand, which templates name by its address
   */
  constructor(folders: readonly TemplateFolder[], logo?: EmbeddedImage) {
    this.#folders = folders;
    this.#logo = logo;
  }

  /** Forgets what was read, because files have changed. */
  clear(): void {
    this.#images.clear();
  }

  /**
   * The image that a template file means by a name: beside that file, then at the root of a folder; or the logo, by its
   * address in `@brand.logo`.
   *
   * @throws {@link TemplateHelperError} when it is not there, cannot be read, or is no image
   */
  find(user: TemplateFile, name: unknown): EmbeddedImage {
    if (this.#logo && name === `cid:${this.#logo.cid}`) return this.#logo;
    const places = this.#placesTried(user, name);
    for (const place of places) {
      const image = this.#images.get(nameOf(place)) ?? this.#read(place);
      if (image) return image;
    }
    const paths = places.map(nameOf);
    throw new TemplateHelperError(
      `embed finds no image "${printable(name)}". Looked for:\n${paths.map(path => `  ${path}`).join('\n')}\n${copyImageHint(this.#folders)}`,
      { missing: printable(name), searched: paths },
    );
  }

  /** Why {@link find} would throw; undefined when the image is there. */
  fault(user: TemplateFile, name: string): string | undefined {
    try {
      this.find(user, name);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /**
   * Every path that {@link find} tries.
   *
   * @throws {@link TemplateHelperError} when the name is none, or not that of an image
   */
  pathsTried(user: TemplateFile, name: unknown): string[] {
    return this.#placesTried(user, name).map(nameOf);
  }

  #placesTried(user: TemplateFile, name: unknown): ImagePlace[] {
    if (typeof name !== 'string' || !isSafeName(name))
      // Not repeated: it may have come out of the context, and then it may be anything.
      throw new TemplateHelperError(
        'embed takes the name of an image in the template’s folder, such as "logo.png", and no path that leaves it',
      );
    if (imageTypeOfPath(name) === undefined)
      throw new TemplateHelperError(`embed takes images only: ${IMAGE_EXTENSIONS}`);
    const paths = [...new Set([posix.join(folderOf(user), name), name])];
    return paths.flatMap(path => this.#folders.map(folder => ({ folder, path })));
  }

  #read(place: ImagePlace): EmbeddedImage | undefined {
    const content = readImage(place);
    if (!content) return undefined;
    const cid = contentIdOf(content);
    const contentType = imageTypeOfPath(place.path) ?? 'application/octet-stream';
    const known = [...this.#images.values()].find(image => image.cid === cid);
    const image = known ?? { filename: posix.basename(place.path), content, contentType, cid };
    this.#images.set(nameOf(place), image);
    return image;
  }
}

/** Where an image may be. */
interface ImagePlace {
  readonly folder: TemplateFolder;
  readonly path: string;
}

function nameOf({ folder, path }: ImagePlace): string {
  return folder.nameOf(path);
}

/** Where a template file stands in its folder of templates. */
function folderOf({ name, shared }: TemplateFile): string {
  if (!shared) return name;
  return name.startsWith('layouts/') ? 'layouts' : posix.dirname(`partials/${name}`);
}

function readImage(place: ImagePlace): Buffer | undefined {
  try {
    return place.folder.octets(place.path);
  } catch (error) {
    const path = nameOf(place);
    throw new TemplateHelperError(`embed cannot read ${path}: ${messageOf(error)}`, { searched: [path] });
  }
}
