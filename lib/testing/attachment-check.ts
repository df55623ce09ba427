import type { MailFile } from '../core/mime/read-mail.js';
import { printable } from '../core/redaction/printable.js';
import { counted } from './display-text.js';
import type { FieldCheck } from './field-check.js';
import type { Items, ItemTest } from './items-check.js';
import { fieldsTest, isNameCriterion, itemsCheck, nameTest } from './items-check.js';
import { isFields, refuseUnknownKeys } from './known-keys.js';
import type { AttachmentCriteria, AttachmentCriterion } from './mail-criteria.js';

const KEYS = [
  'filename',
  'contentType',
  'content',
  'contentId',
] as const satisfies readonly (keyof AttachmentCriteria)[];
const FILES: Items<MailFile> = {
  field: 'attachment',
  of: ({ attachments }) => attachments,
  name: ({ filename }) => filename,
  text: ({ filename, contentType, size }) => `${filename} (${contentType}, ${counted(size, 'octet')})`,
};

/**
 * A check of the files that came with a mail.
 *
 * @throws TypeError for what is no criterion
 */
export function attachmentCheck(criterion: AttachmentCriterion | readonly AttachmentCriterion[]): FieldCheck {
  const criteria: readonly AttachmentCriterion[] = isList(criterion) ? criterion : [criterion];
  return itemsCheck(FILES, criteria.map(fileTest));
}

function fileTest(criterion: AttachmentCriterion): ItemTest<MailFile> {
  if (isNameCriterion(criterion)) return nameTest(FILES, criterion);
  if (!isFields(criterion))
    throw new TypeError(
      `attachment must be a file name, a RegExp, an object or a function, not ${printable(criterion)}`,
    );
  return criteriaTest(criterion);
}

function criteriaTest(criterion: AttachmentCriteria): ItemTest<MailFile> {
  refuseUnknownKeys(FILES.field, criterion, KEYS);
  const { filename, contentType, content, contentId } = criterion;
  const test = fieldsTest<MailFile>(
    FILES.field,
    {
      filename: [filename, file => file.filename],
      contentType: [contentType, file => file.contentType],
      contentId: [contentId, file => file.contentId],
      content: [content, file => file.content],
    },
    'any file',
  );
  return { ...test, ...(typeof filename === 'string' && { name: filename }) };
}

function isList(
  criterion: AttachmentCriterion | readonly AttachmentCriterion[],
): criterion is readonly AttachmentCriterion[] {
  return Array.isArray(criterion);
}
