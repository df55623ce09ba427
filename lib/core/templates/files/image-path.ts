import { posix } from 'node:path';

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

/** The extensions of images, in words. */
export const IMAGE_EXTENSIONS = Object.keys(IMAGE_TYPES)
  .map(extension => extension.slice(1))
  .join(', ');

/** The MIME type of an image by the extension of its file; undefined for a file of another kind. */
export function imageTypeOfPath(path: string): string | undefined {
  return IMAGE_TYPES[posix.extname(path).toLowerCase()];
}

/** Whether a file is an image, by its extension. */
export function isImagePath(path: string): boolean {
  return imageTypeOfPath(path) !== undefined;
}
