import { answerWithin } from '../concurrency/answer-within.js';
import type { TemplateRenderer } from './template-renderer.js';

/** Milliseconds in which a renderer has to say what its templates are: somebody waits for a page. */
const LONGEST_MS = 5000;

/**
 * The names of the templates of a renderer of the application, each once.
 *
 * @returns undefined when the renderer does not list them
 * @throws Error when it cannot, or returns what is no list of names
 */
export async function templateNamesOf(renderer: TemplateRenderer): Promise<readonly string[] | undefined> {
  if (typeof renderer.templateNames !== 'function') return undefined;
  const names: unknown = await within('templateNames()', () => renderer.templateNames?.());
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string'))
    throw new Error('templateNames() must return an array of names');
  return [...new Set(names)];
}

/**
 * The sample contexts of one template of such a renderer, by their names.
 *
 * @returns none when it has none
 * @throws Error when it cannot say so, or returns something else
 */
export async function rendererSamples(
  renderer: TemplateRenderer,
  template: string,
): Promise<ReadonlyMap<string, object>> {
  if (typeof renderer.templateSamples !== 'function') return new Map();
  const samples: unknown = await within('templateSamples()', () => renderer.templateSamples?.(template));
  if (samples === undefined || samples === null) return new Map();
  const entries: [string, unknown][] = isPlain(samples) ? Object.entries(samples) : [];
  const contexts = entries.filter((entry): entry is [string, object] => isPlain(entry[1]));
  if (!isPlain(samples) || contexts.length < entries.length)
    throw new Error('templateSamples() must return an object of contexts by their names: { default: { … } }');
  return new Map(contexts);
}

function within<T>(what: string, ask: () => T | PromiseLike<T>): Promise<T> {
  return answerWithin(
    LONGEST_MS,
    ask,
    () => new Error(`${what} has not answered within ${LONGEST_MS / 1000} seconds`),
  );
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
