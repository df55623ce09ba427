/** The few ASN.1 tags that an X.509 certificate needs. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One DER element: tag, length, contents. */
export function element(tag: number, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

/** An ordered list of elements. */
export const sequence = (...items: Buffer[]): Buffer => element(TAG.sequence, ...items);

/** A set of elements. */
export const set = (...items: Buffer[]): Buffer => element(TAG.set, ...items);

/** The boolean value true (false is the default everywhere and is not encoded in DER). */
export const yes = (): Buffer => element(TAG.boolean, Buffer.from([0xff]));

/** A string in UTF-8. */
export const utf8 = (text: string): Buffer => element(TAG.utf8String, Buffer.from(text));

/** Bytes inside an element of their own. */
export const octets = (bytes: Buffer): Buffer => element(TAG.octetString, bytes);

/** Bits; the last `unused` bits of the last byte do not count. */
export const bits = (bytes: Buffer, unused = 0): Buffer =>
  element(TAG.bitString, Buffer.from([unused]), bytes);

/** An element that the surrounding structure names by number, with its content as it is. */
export const tagged = (number: number, content: Buffer): Buffer => element(0xa0 | number, content);

/** A positive integer from its big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const firstUsed = bytes.findIndex(byte => byte !== 0);
  const shortest = firstUsed < 0 ? Buffer.from([0]) : bytes.subarray(firstUsed);
  const needsSign = shortest.readUInt8(0) >= 0x80;
  return element(TAG.integer, needsSign ? Buffer.from([0]) : Buffer.alloc(0), shortest);
}

/** An object identifier from its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap(arc => {
    const digits = [arc % 0x80];
    for (let left = Math.floor(arc / 0x80); left > 0; left = Math.floor(left / 0x80)) {
      digits.unshift((left % 0x80) | 0x80);
    }
    return digits;
  });
  return element(TAG.objectId, Buffer.from(bytes));
}

/** A moment: UTCTime up to 2049 and GeneralizedTime after, as RFC 5280 asks. */
export function time(moment: Date): Buffer {
  const digits = `${moment.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`;
  const short = moment.getUTCFullYear() >= 1950 && moment.getUTCFullYear() < 2050;
  return element(short ? TAG.utcTime : TAG.generalizedTime, Buffer.from(short ? digits.slice(2) : digits));
}
