import type { MailPart } from '../core/mime/read-mail.js';
import { printable } from '../core/redaction/printable.js';
import { counted } from './display-text.js';
import type { FieldCheck } from './field-check.js';
import type { Items, ItemTest } from './items-check.js';
import { fieldsTest, isNameCriterion, itemsCheck, nameTest } from './items-check.js';
import { isFields, refuseUnknownKeys } from './known-keys.js';
import type { AlternativeCriteria, AlternativeCriterion } from './mail-criteria.js';

const KEYS = ['contentType', 'method', 'content'] as const satisfies readonly (keyof AlternativeCriteria)[];
const PARTS: Items<MailPart> = {
  field: 'alternative',
  of: ({ alternatives }) => alternatives,
  name: ({ contentType }) => contentType,
  text: ({ contentType, parameters: { method }, content }) =>
    `${contentType} (${method === undefined ? '' : `method ${method}, `}${counted(content.length, 'octet')})`,
};

/**
 * A check of the forms of the bodies beside text and HTML.
 *
 * @throws TypeError for what is no criterion
 */
export function alternativeCheck(
  criterion: AlternativeCriterion | readonly AlternativeCriterion[],
): FieldCheck {
  const criteria: readonly AlternativeCriterion[] = isList(criterion) ? criterion : [criterion];
  return itemsCheck(PARTS, criteria.map(partTest));
}

function partTest(criterion: AlternativeCriterion): ItemTest<MailPart> {
  if (isNameCriterion(criterion)) return nameTest(PARTS, criterion);
  if (!isFields(criterion))
    throw new TypeError(
      `alternative must be a MIME type, a RegExp, an object or a function, not ${printable(criterion)}`,
    );
  return criteriaTest(criterion);
}

function criteriaTest(criterion: AlternativeCriteria): ItemTest<MailPart> {
  refuseUnknownKeys(PARTS.field, criterion, KEYS);
  const { contentType, method, content } = criterion;
  const test = fieldsTest<MailPart>(
    PARTS.field,
    {
      contentType: [contentType, part => part.contentType],
      method: [method, part => part.parameters['method']],
      content: [content, part => part.content],
    },
    'any',
  );
  return { ...test, ...(typeof contentType === 'string' && { name: contentType }) };
}

function isList(
  criterion: AlternativeCriterion | readonly AlternativeCriterion[],
): criterion is readonly AlternativeCriterion[] {
  return Array.isArray(criterion);
}
