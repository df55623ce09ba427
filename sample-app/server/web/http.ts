import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the pages need of a request. */
export type WebRequest = Pick<IncomingMessage, 'headers' | 'method'>;

/** What the pages need of a response; it spares the sample the types of Express. */
export interface WebResponse extends Pick<ServerResponse, 'end' | 'setHeader'> {
  /** Sets the status code. */
  status(code: number): this;
  /** Sets the media type. */
  type(type: string): this;
  /** Sends text. */
  send(body: string): unknown;
  /** Sends a value as JSON. */
  json(value: unknown): unknown;
  /** Sends the browser elsewhere. */
  redirect(status: number, location: string): unknown;
}

/** Whether a person with a browser asks, and not a program. */
export function wantsPage(request: WebRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

/** A cookie of a request; undefined when there is none. */
export function cookieOf({ headers: { cookie = '' } }: WebRequest, name: string): string | undefined {
  const found = cookie.split(';').find(pair => pair.trim().startsWith(`${name}=`));
  return found?.slice(found.indexOf('=') + 1).trim();
}

/** A field of a form or query; the empty string when it is missing or no single text. */
export function fieldOf(form: unknown, name: string): string {
  const value: unknown =
    typeof form === 'object' && form !== null && Object.hasOwn(form, name)
      ? Reflect.get(form, name)
      : undefined;
  return typeof value === 'string' ? value : '';
}
