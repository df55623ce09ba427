import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errnoOf, messageOf } from '../../errors/error-facts.js';
import { visible } from '../../redaction/printable.js';
import { imageTypeOf, isSvg } from '../brand/image-type.js';
import { contentIdOf } from '../content-id.js';
import type { RenderedAttachment } from '../template-renderer.js';
import { isDataUrl, readDataUrl } from './data-url.js';

/** The logo as it travels with mails. */
export type BrandLogo = RenderedAttachment & { readonly content: Buffer };

/** Every mail carries the logo: larger ones make mailboxes grow and mails slow. */
const LARGEST_LOGO = 256 * 1024;

/** A logo, or why it cannot be used, in words that complete "brand.logo …". */
export type ReadLogo =
  | { readonly logo: BrandLogo; readonly problem?: never }
  | { readonly problem: string; readonly logo?: never };

/**
 * Reads a logo. Whether it is an image is told by what it holds.
 *
 * @param given the path of its file, where a relative one is resolved against the working directory; what the file holds; or
 *   that as a data URL (RFC 2397)
 */
export function readLogo(given: string | Uint8Array): ReadLogo {
  if (typeof given !== 'string') return logoOf(Buffer.from(given), 'this one');
  return isDataUrl(given) ? logoOfUrl(given) : logoOfFile(given);
}

function logoOfUrl(url: string): ReadLogo {
  const image = readDataUrl(url);
  return image
    ? logoOf(image.octets, 'this one')
    : { problem: 'must be an image as data:image/png;base64,…; this data URL is cut off, or no base64' };
}

function logoOfFile(file: string): ReadLogo {
  if (/^(?:https?|cid):/i.test(file))
    return { problem: 'must be the path of a file; the address of an image is the option logoUrl' };
  if (/^file:/i.test(file)) return { problem: 'must be the path of a file; make one with fileURLToPath()' };
  const path = resolve(file);
  const shown = visible(path);
  try {
    const found = statSync(path);
    if (!found.isFile()) return { problem: `must be a file, which ${shown} is not` };
    if (found.size > LARGEST_LOGO) return tooLarge(shown, found.size);
    return logoOf(readFileSync(path), shown);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      return { problem: `names a file that does not exist: ${shown}; give an absolute path` };
    return { problem: `cannot be read from ${shown}: ${messageOf(error)}` };
  }
}

function tooLarge(shown: string, size: number): ReadLogo {
  return {
    problem: `must have at most ${LARGEST_LOGO / 1024} KiB, because every mail carries it; ${shown} has ${Math.ceil(size / 1024)}`,
  };
}

function logoOf(content: Buffer, path: string): ReadLogo {
  if (content.length > LARGEST_LOGO) return tooLarge(path, content.length);
  const type = imageTypeOf(content);
  if (type) {
    const { extension, contentType } = type;
    return { logo: { filename: `logo.${extension}`, content, contentType, cid: contentIdOf(content) } };
  }
  const reason = isSvg(content) ? 'is an SVG, which Gmail and Outlook do not show' : 'holds no such image';
  return { problem: `must be an image, a PNG, JPEG or GIF; ${path} ${reason}` };
}
