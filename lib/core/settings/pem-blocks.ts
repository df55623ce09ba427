/** A block of PEM (RFC 7468): what stands between its two lines, and the label of these. */
export interface PemBlock {
  readonly label: string;
  readonly body: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;

/** A text as it was before somebody packed it into one line: `\n` written as two characters, a byte order mark, quotes. */
export function unpacked(source: string): string {
  return source
    .replace(/\\r\\n|\\n|\\r/g, '\n')
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'])([^]*)\1$/, '$2');
}

/** The blocks of a text, in order. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, label = '', body = '']) => ({ label, body }));
}

/** A block with lines as OpenSSL wants them: environment variables have blanks or nothing for line ends. */
export function rewrapped({ label, body }: PemBlock): string {
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
