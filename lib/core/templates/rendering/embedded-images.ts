import { readFileSync, statSync } from 'node:fs';
import { basename, extname, join, posix } from 'node:path';
import { errnoOf, messageOf } from '../../errors/error-facts.js';
import { printable } from '../../redaction/printable.js';
import { REMEDIES } from '../../text/remedies.js';
import { contentIdOf } from '../content-id.js';
import type { TemplateFile } from '../files/template-file.js';
import { isSafeName } from '../files/template-name.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { RenderedAttachment } from '../template-renderer.js';

/** What mail clients show as an image; anything else in the folders, such as a template, is not for recipients. */
const IMAGE_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.svg': 'image/svg+xml',
};

const IMAGES = Object.keys(IMAGE_TYPES)
  .map(extension => extension.slice(1))
  .join(', ');

/** An image that stands in the HTML of a mail and travels with it. */
export type EmbeddedImage = RenderedAttachment & { readonly content: Buffer };

/** The images in the template folders; each is read once, when a mail first shows it. */
export class EmbeddedImages {
  readonly #directories: readonly string[];
  readonly #logo: EmbeddedImage | undefined;
  readonly #images = new Map<string, EmbeddedImage>();

  /**
   * @param directories the template directories in the order in which they are searched, absolute
   * @param logo the logo of the brand, which templates name by its address
   */
  constructor(directories: readonly string[], logo?: EmbeddedImage) {
    this.#directories = directories;
    this.#logo = logo;
  }

  /** Forgets what was read, because files have changed. */
  clear(): void {
    this.#images.clear();
  }

  /**
   * The image that a template file means by a name: beside that file, then at the root of a directory; or the logo, by its
   * address in `@brand.logo`.
   *
   * @throws {@link TemplateHelperError} when it is not there, cannot be read, or is no image
   */
  find(user: TemplateFile, name: unknown): EmbeddedImage {
    if (this.#logo && name === `cid:${this.#logo.cid}`) return this.#logo;
    const paths = this.pathsTried(user, name);
    for (const path of paths) {
      const image = this.#images.get(path) ?? this.#read(path);
      if (image) return image;
    }
    throw new TemplateHelperError(
      `embed finds no image "${printable(name)}". Looked for:\n${paths.map(path => `  ${path}`).join('\n')}\n${REMEDIES.missingImage.inCode}`,
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
    if (typeof name !== 'string' || !isSafeName(name))
      // Not repeated: it may have come out of the context, and then it may be anything.
      throw new TemplateHelperError(
        'embed takes the name of an image in the template’s folder, such as "logo.png", and no path that leaves it',
      );
    if (typeOf(name) === undefined) throw new TemplateHelperError(`embed takes images only: ${IMAGES}`);
    const folders = [...new Set([folderOf(user), ''])];
    return folders.flatMap(folder => this.#directories.map(directory => join(directory, folder, name)));
  }

  #read(path: string): EmbeddedImage | undefined {
    const content = readImage(path);
    if (!content) return undefined;
    const cid = contentIdOf(content);
    const contentType = typeOf(path) ?? 'application/octet-stream';
    const known = [...this.#images.values()].find(image => image.cid === cid);
    const image = known ?? { filename: basename(path), content, contentType, cid };
    this.#images.set(path, image);
    return image;
  }
}

/** The folder of a template file below its directory. */
function folderOf({ name, shared }: TemplateFile): string {
  if (!shared) return name;
  return name.startsWith('layouts/') ? 'layouts' : posix.dirname(`partials/${name}`);
}

function typeOf(name: string): string | undefined {
  return IMAGE_TYPES[extname(name).toLowerCase()];
}

function readImage(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new TemplateHelperError(`embed cannot read ${path}: ${messageOf(error)}`, { searched: [path] });
  }
}
