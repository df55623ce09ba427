import { isRegExp } from 'node:util/types';
import type { ReadUnsubscribe } from '../core/mime/read-list-unsubscribe.js';
import { printable, visible } from '../core/redaction/printable.js';
import type { FieldCheck } from './field-check.js';
import { fieldsTest } from './items-check.js';
import { isFields, refuseUnknownKeys } from './known-keys.js';
import type { TextCriterion, UnsubscribeCriteria } from './mail-criteria.js';
import { nearestOf } from './similarity.js';

const KEYS = ['url', 'mailto', 'oneClick'] as const satisfies readonly (keyof UnsubscribeCriteria)[];

/**
 * A check of how to get no more mails.
 *
 * @throws TypeError for what is no criterion
 */
export function unsubscribeCheck(criterion: TextCriterion | UnsubscribeCriteria | null): FieldCheck {
  const { url, mailto, oneClick } = criteriaOf(criterion);
  const links = fieldsTest<ReadUnsubscribe>(
    'unsubscribe',
    { url: [url, read => read.url], mailto: [mailto, read => read.mailto?.replace(/^mailto:/i, '')] },
    'any',
  );
  const click = oneClick === undefined ? '' : oneClick ? ', by one click' : ', not by one click';
  return {
    field: 'unsubscribe',
    wanted: criterion === null ? 'none' : `${links.wanted}${click}`,
    compare: ({ unsubscribe }) => {
      if (!unsubscribe || criterion === null)
        return !unsubscribe && criterion === null
          ? undefined
          : { was: unsubscribe ? textOf(unsubscribe) : 'none', similarity: 0 };
      if (links.holds(unsubscribe) && (oneClick === undefined || oneClick === unsubscribe.oneClick))
        return undefined;
      const near = typeof url === 'string' ? nearestOf(url, [unsubscribe.url ?? ''])?.similarity : 0;
      return { was: textOf(unsubscribe), similarity: near ?? 0 };
    },
  };
}

function criteriaOf(criterion: TextCriterion | UnsubscribeCriteria | null): UnsubscribeCriteria {
  if (criterion === null) return {};
  if (typeof criterion === 'string' || typeof criterion === 'function' || isRegExp(criterion))
    return { url: criterion };
  if (!isFields(criterion))
    throw new TypeError(
      `unsubscribe must be a link, a RegExp, a function, { url, mailto, oneClick } or null, not ${printable(criterion)}`,
    );
  refuseUnknownKeys('unsubscribe', criterion, KEYS);
  const { mailto } = criterion;
  return { ...criterion, ...(typeof mailto === 'string' && { mailto: mailto.replace(/^mailto:/i, '') }) };
}

function textOf({ url, mailto, oneClick }: ReadUnsubscribe): string {
  const links = [url, mailto].flatMap(link => (link === undefined ? [] : [visible(link)]));
  return `${links.join(', ')}${oneClick ? ', by one click' : ', not by one click'}`;
}
