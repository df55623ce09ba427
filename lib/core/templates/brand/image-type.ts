/** A kind of image that mail clients show. */
export interface ImageType {
  /** Extension of its files, without the dot. */
  readonly extension: string;
  /** MIME type. */
  readonly contentType: string;
}

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** A JPEG ends its header lines with the one that says its size: SOF0 to SOF15, without DHT, JPG and DAC. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

/** The kind of an image by what it holds, not by its name; undefined for what is none, or is cut off before its size. */
export function imageTypeOf(content: Buffer): ImageType | undefined {
  if (isPng(content)) return { extension: 'png', contentType: 'image/png' };
  if (isJpeg(content)) return { extension: 'jpg', contentType: 'image/jpeg' };
  if (isGif(content)) return { extension: 'gif', contentType: 'image/gif' };
  if (isWebp(content)) return { extension: 'webp', contentType: 'image/webp' };
  return undefined;
}

/** Whether a file is a drawing in SVG, which mail clients do not show. */
export function isSvg(content: Buffer): boolean {
  return /^\uFEFF?\s*(?:<\?xml|<!--|<!doctype svg|<svg\b)/i.test(content.toString('utf8', 0, 1024));
}

function isPng(content: Buffer): boolean {
  if (content.length < 33 || !content.subarray(0, 8).equals(PNG)) return false;
  const isHeader = content.toString('latin1', 12, 16) === 'IHDR';
  return isHeader && content.readUInt32BE(16) > 0 && content.readUInt32BE(20) > 0;
}

function isGif(content: Buffer): boolean {
  if (content.length < 13 || !/^GIF8[79]a$/.test(content.toString('latin1', 0, 6))) return false;
  return content.readUInt16LE(6) > 0 && content.readUInt16LE(8) > 0;
}

function isWebp(content: Buffer): boolean {
  return (
    content.length >= 30 &&
    content.toString('latin1', 0, 4) === 'RIFF' &&
    /^WEBPVP8[ LX]$/.test(content.toString('latin1', 8, 16))
  );
}

function isJpeg(content: Buffer): boolean {
  if (content.length < 4 || content.readUInt16BE(0) !== 0xffd8) return false;
  let at = 2;
  while (at + 9 < content.length && content[at] === 0xff) {
    const marker = content[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker);
    if (isFrame) return content.readUInt16BE(at + 5) > 0 && content.readUInt16BE(at + 7) > 0;
    // A marker may be filled up with 0xff; all others before the picture have a length.
    at += marker === 0xff ? 1 : 2 + content.readUInt16BE(at + 2);
  }
  return false;
}
