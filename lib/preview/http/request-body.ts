import type { IncomingMessage } from 'node:http';

const LARGEST = 1024 * 1024;

/**
 * The fields that a form, or a JSON object, has sent. A body parser of the application may have read them before.
 *
 * @throws RangeError when it is larger than 1 MiB
 * @throws SyntaxError when it says that it is JSON and is none
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parsed: unknown = Reflect.get(request, 'body');
  if (Buffer.isBuffer(parsed) || typeof parsed === 'string') return fieldsOf(String(parsed), request);
  if (typeof parsed === 'object' && parsed !== null) return fromObject(parsed);
  if (request.readableEnded) return new URLSearchParams();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > LARGEST) throw new RangeError('What was sent is larger than 1 MiB.');
    chunks.push(bytes);
  }
  return fieldsOf(Buffer.concat(chunks).toString('utf8'), request);
}

function fieldsOf(text: string, request: IncomingMessage): URLSearchParams {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return new URLSearchParams(text);
  const data: unknown = text === '' ? {} : JSON.parse(text);
  return typeof data === 'object' && data !== null ? fromObject(data) : new URLSearchParams();
}

function fromObject(data: object): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(data)) {
    for (const one of Array.isArray(value) ? value : [value])
      fields.append(name, typeof one === 'string' ? one : (JSON.stringify(one) ?? ''));
  }
  return fields;
}
