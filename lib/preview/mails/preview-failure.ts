import { isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import type { PreviewFailure } from './preview-mails.js';

/** What is shown of an error beside its message. Errors of the package hold no secrets. */
const DETAILS = [
  'code',
  'phase',
  'retryable',
  'responseCode',
  'enhancedCode',
  'response',
  'recipients',
  'template',
  'part',
  'culture',
  'line',
  'missing',
  'field',
  'transcript',
] as const;

/** What an error says, as data; the error itself may hold on to anything. */
export function failureOf(error: unknown): PreviewFailure {
  const details: Record<string, unknown> = {};
  for (const name of DETAILS) {
    const value: unknown = isErrorLike(error) ? Reflect.get(error, name) : undefined;
    if (value !== undefined && value !== null && typeof value !== 'function') details[name] = value;
  }
  return { name: isErrorLike(error) ? error.name : 'Error', message: messageOf(error), ...details };
}
