/** Decodes RFC 2047 encoded words, independently of nodemailer and mailparser: space between two of them goes. */
export function decodeWords(header: string): string {
  return header.replace(/(\?=) +(?==\?)/g, '$1').replace(/(?:=\?UTF-8\?[QB]\?[^? ]*\?=)+/g, run => {
    const octets = run.match(/=\?UTF-8\?[QB]\?[^? ]*\?=/g)?.map(octetsOf) ?? [];
    return Buffer.concat(octets).toString('utf8');
  });
}

function octetsOf(word: string): Buffer {
  const [, , encoding = '', text = ''] = word.split('?');
  if (encoding === 'B') return Buffer.from(text, 'base64');
  const characters = text
    .replaceAll('_', ' ')
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(characters, 'latin1');
}
