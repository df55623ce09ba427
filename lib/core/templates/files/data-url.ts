/** What a data URL (RFC 2397) holds. */
export interface DataUrl {
  /** Media type in lower case, without its parameters; empty where the URL names none. */
  readonly type: string;
  readonly octets: Buffer;
}

/** Reads a data URL (RFC 2397), in base64 or percent-encoded; undefined for what is none, or is cut off. */
export function readDataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || !isDataUrl(url)) return undefined;
  const [type = '', ...parameters] = url.slice('data:'.length, comma).split(';');
  const data = url.slice(comma + 1);
  const octets = /^\s*base64\s*$/i.test(parameters.at(-1) ?? '') ? fromBase64(data) : fromPercent(data);
  return octets && { type: type.trim().toLowerCase(), octets };
}

/** Whether a text begins as a data URL does. */
export function isDataUrl(text: string): boolean {
  return /^data:/i.test(text);
}

function fromBase64(data: string): Buffer | undefined {
  // Node.js would pass over what is no base64, and the image would be another one.
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return undefined;
  return Buffer.from(data, 'base64');
}

function fromPercent(data: string): Buffer | undefined {
  if (/%(?![\da-f]{2})/i.test(data)) return undefined;
  const octets = Buffer.from(data).toString('latin1');
  const read = octets.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(read, 'latin1');
}
