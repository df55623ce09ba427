import type { ServerResponse } from 'node:http';
import type { Html } from '../view/html.js';

/** What the preview answers to a request. */
export interface PreviewReply {
  /** @default 200 */
  readonly status?: number;
  /** Beside those that every answer gets; the same name takes the place of one. @default none */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** The whole answer; nothing where {@link stream} is given. */
  readonly body?: string | Uint8Array;
  /** Answers bit by bit, and ends the response itself. It is called after the head has been sent. */
  readonly stream?: (response: ServerResponse) => void;
}

/** A page whose markup is finished. */
export function htmlReply(markup: Html, status = 200): PreviewReply {
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: markup.toString() };
}

/** Data, for programs. */
export function jsonReply(data: unknown, status = 200): PreviewReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: `${JSON.stringify(data, null, 2)}\n`,
  };
}

/** Plain text, never sniffed for anything else. */
export function textReply(text: string | Uint8Array, status = 200): PreviewReply {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text };
}

/** A file to be saved: the browser shows nothing of it. */
export function downloadReply(content: Uint8Array, filename: string): PreviewReply {
  return {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': attachmentDisposition(filename),
      'Content-Security-Policy': "default-src 'none'; sandbox",
    },
    body: content,
  };
}

/** Sends the browser to another page of the preview, to be fetched with GET. */
export function redirectReply(location: string): PreviewReply {
  return { status: 303, headers: { Location: location } };
}

/** `Content-Disposition` (RFC 6266) for a name from outside: no path, no control characters, no quotes. */
function attachmentDisposition(filename: string): string {
  const name = fileNameOf(filename);
  const ascii = name.replace(/[^ -~]/g, '_').replace(/["\\%;]/g, '_');
  const encoded = encodeURIComponent(Buffer.from(name).toString()).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

const LONGEST_NAME = 150;
const LONGEST_READ = 1000;

/** The last part of what may be a path, without what no file system takes or no reader sees. */
function fileNameOf(name: string): string {
  const last = (name.split(/[/\\]/).at(-1) ?? '').slice(-LONGEST_READ);
  const plain = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*]/gu, '').replace(/^[.\s]+|[.\s]+$/g, '');
  const { base, extension } = /^(?<base>.*?)(?<extension>\.[^.]{1,20})?$/su.exec(plain)?.groups ?? {};
  const short = `${[...(base ?? '')].slice(0, LONGEST_NAME).join('')}${extension ?? ''}`;
  return short === '' ? 'file' : short;
}
