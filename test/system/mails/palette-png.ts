import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** A picture whose pixels are numbers of colours. */
interface Indexed {
  readonly width: number;
  readonly height: number;
  /** Colours as `#rrggbb` read as numbers. */
  readonly palette: readonly number[];
  /** One octet a pixel, in base64. */
  readonly pixels: string;
}

/** Colours that a picture of mails is told with; what lies between is the softened edge of letters. */
const COLOURS = 64;

/**
 * Draws a PNG anew with its most frequent colours: a third of the size, and a reader sees no difference.
 *
 * @param page any page, which decodes the picture
 */
export async function withFewColours(page: Page, png: Buffer): Promise<Buffer> {
  const address = JSON.stringify(`data:image/png;base64,${png.toString('base64')}`);
  const { width, height, palette, pixels }: Indexed = await page.evaluate(
    `(${String(IN_PAGE)})(${address}, ${COLOURS})`,
  );
  const octets = Buffer.from(pixels, 'base64');
  // Each row begins with the number of its filter, which is none.
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.concat([Buffer.of(0), octets.subarray(row * width, (row + 1) * width)]),
  );
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits for each pixel, each the number of a colour (PNG, 11.2.2).
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.concat(
    palette.map(colour => Buffer.of(colour >> 16, (colour >> 8) & 255, colour & 255)),
  );
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** Runs in the page. */
const IN_PAGE = `async (address, most) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const colours = new Uint32Array(width * height);
  const times = new Map();
  for (let at = 0; at < colours.length; at++) {
    const colour = (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2];
    colours[at] = colour;
    times.set(colour, (times.get(colour) ?? 0) + 1);
  }
  const palette = [...times].sort((one, other) => other[1] - one[1]).slice(0, most).map(([colour]) => colour);
  const distance = (one, other) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  const nearest = new Map();
  for (const colour of times.keys()) {
    let best = 0;
    for (let index = 1; index < palette.length; index++)
      if (distance(colour, palette[index]) < distance(colour, palette[best])) best = index;
    nearest.set(colour, best);
  }
  let pixels = '';
  for (const colour of colours) pixels += String.fromCharCode(nearest.get(colour));
  return { width, height, palette, pixels: btoa(pixels) };
}`;
