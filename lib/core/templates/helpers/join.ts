import { isDate } from 'node:util/types';
import { describeValue } from './describe-value.js';
import type { HelperCall } from './helper-call.js';
import { checkCount } from './helper-call.js';
import { TemplateHelperError } from './template-helper-error.js';

const USAGE = 'join needs a list and what stands between its items: {{join list ", "}}';
const ITEMS = 'texts, finite numbers, booleans, dates and URLs';
const LIST_TYPES = ['conjunction', 'disjunction', 'unit'] as const;
const LIST_STYLES = ['long', 'short', 'narrow'] as const;

/**
 * `{{join list ", "}}`: the items of a list with a text between them; with `type="conjunction"` as the language of the mail
 * lists things ("a, b and c").
 *
 * @throws {@link TemplateHelperError} that says which item cannot be printed, and never the item
 */
export function join(call: HelperCall): string {
  checkCount(call, 1, 2, USAGE);
  const [list, separator = ', '] = call.values;
  if (!Array.isArray(list)) throw new TemplateHelperError(`${USAGE}; the list is ${describeValue(list)}`);
  if (typeof separator !== 'string')
    throw new TemplateHelperError(`${USAGE}; what stands between is ${describeValue(separator)}`);
  const { type, style } = call.hash;
  const texts = printableItems(list);
  if (type === undefined && style === undefined) return texts.join(separator);
  if (call.values.length > 1)
    throw new TemplateHelperError('join takes either what stands between the items or a type, not both');
  const shape = {
    type: oneOf('type', type ?? 'conjunction', LIST_TYPES),
    style: oneOf('style', style ?? 'long', LIST_STYLES),
  };
  return new Intl.ListFormat(call.scope.culture, shape).format(texts);
}

function printableItems(list: readonly unknown[]): string[] {
  const texts: string[] = [];
  for (let index = 0; index < list.length; index++) {
    const item: unknown = list[index];
    if (!isPrintable(item))
      throw new TemplateHelperError(
        `join needs a list of ${ITEMS}; item ${index + 1} is ${describeValue(item)}`,
      );
    texts.push(String(item));
  }
  return texts;
}

function isPrintable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (isDate(value)) return !Number.isNaN(value.getTime());
  return ['string', 'bigint', 'boolean'].includes(typeof value) || value instanceof URL;
}

function oneOf<T extends string>(name: string, value: unknown, known: readonly T[]): T {
  const found = known.find(one => one === value);
  if (found === undefined) throw new TemplateHelperError(`join has the ${name}s ${known.join(', ')}`);
  return found;
}
