import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../core/errors/error-facts.js';
import { PreviewBadRequest } from './preview-error.js';

const LARGEST = 1024 * 1024;

/**
 * The fields that a form, or a JSON object, has sent. A body parser of the application may have read them before.
 *
 * @throws PreviewBadRequest when it is larger than 1 MiB, or says that it is JSON and is none
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parsed: unknown = Reflect.get(request, 'body');
  if (Buffer.isBuffer(parsed) || typeof parsed === 'string') return fieldsOf(String(parsed), request);
  if (typeof parsed === 'object' && parsed !== null) return fromObject(parsed);
  if (request.readableEnded) return new URLSearchParams();
  return fieldsOf((await readAll(request)).toString('utf8'), request);
}

/** By events, because ending an iteration destroys the request, and with it the connection on which the reason is sent. */
function readAll(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(new PreviewBadRequest('What was sent is larger than 1 MiB.', 413));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new PreviewBadRequest('The request ended before all of it had come.')));
  });
}

function fieldsOf(text: string, request: IncomingMessage): URLSearchParams {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return new URLSearchParams(text);
  const data = text === '' ? {} : parsedJson(text);
  return typeof data === 'object' && data !== null ? fromObject(data) : new URLSearchParams();
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PreviewBadRequest(`What was sent is no JSON: ${messageOf(cause)}`);
  }
}

function fromObject(data: object): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(data)) {
    for (const one of Array.isArray(value) ? value : [value])
      fields.append(name, typeof one === 'string' ? one : (JSON.stringify(one) ?? ''));
  }
  return fields;
}
