import { TemplateHelperError } from './template-helper-error.js';

/**
 * `{{default name "…"}}`: the first of its values that is there, the last one at any rate. An empty text, 0 and false are there.
 *
 * @throws {@link TemplateHelperError} with fewer than two values
 */
export function firstGiven(values: readonly unknown[]): unknown {
  if (values.length < 2)
    throw new TemplateHelperError('default takes a value and what stands in for it: {{default name "…"}}');
  return values.find(value => value !== undefined && value !== null) ?? values.at(-1);
}
