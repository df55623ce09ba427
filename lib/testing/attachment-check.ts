import { isRegExp, isUint8Array } from 'node:util/types';
import type { MailFile } from '../core/mime/read-mail.js';
import { printable } from '../core/redaction/printable.js';
import { counted, functionText, listed } from './display-text.js';
import type { FieldCheck } from './field-check.js';
import { isFields, refuseUnknownKeys } from './known-keys.js';
import type { AttachmentCriteria, AttachmentCriterion, TextCriterion } from './mail-criteria.js';
import { isMatch } from './matcher-function.js';
import { nearestOf } from './similarity.js';
import { textTest } from './text-check.js';

/** A criterion for one file, ready to be checked. */
interface FileTest {
  readonly wanted: string;
  /** Name that the file is to have, where that is known. */
  readonly filename?: string;
  holds(file: MailFile): boolean;
}

const KEYS = [
  'filename',
  'contentType',
  'content',
  'contentId',
] as const satisfies readonly (keyof AttachmentCriteria)[];
const SHOWN = 5;

/**
 * A check of the files that came with a mail.
 *
 * @throws TypeError for what is no criterion
 */
export function attachmentCheck(criterion: AttachmentCriterion | readonly AttachmentCriterion[]): FieldCheck {
  const criteria: readonly AttachmentCriterion[] = isList(criterion) ? criterion : [criterion];
  const tests = criteria.map(fileTest);
  return {
    field: 'attachment',
    wanted: listed(
      tests.map(test => test.wanted),
      'none',
      SHOWN,
    ),
    compare: ({ attachments }) => {
      const missing = tests.filter(test => !attachments.some(file => test.holds(file)));
      const holds = tests.length === 0 ? attachments.length === 0 : missing.length === 0;
      if (holds) return undefined;
      const names = attachments.map(({ filename }) => filename);
      const near = missing.reduce(
        (sum, { filename }) =>
          sum + (filename === undefined ? 0 : (nearestOf(filename, names)?.similarity ?? 0)),
        0,
      );
      return {
        was: listed(attachments.map(fileText), 'none', SHOWN),
        similarity: tests.length === 0 ? 0 : (tests.length - missing.length + near) / tests.length,
      };
    },
  };
}

function fileText({ filename, contentType, size }: MailFile): string {
  return `${filename} (${contentType}, ${counted(size, 'octet')})`;
}

function fileTest(criterion: AttachmentCriterion): FileTest {
  if (typeof criterion === 'function')
    return { wanted: functionText(criterion), holds: file => isMatch(criterion, file) };
  if (typeof criterion === 'string' || isRegExp(criterion)) {
    const { wanted, holds } = textTest('attachment', criterion, 'whole');
    return {
      wanted: typeof criterion === 'string' ? criterion : wanted,
      holds: file => holds(file.filename),
      ...(typeof criterion === 'string' && { filename: criterion }),
    };
  }
  if (!isFields(criterion))
    throw new TypeError(
      `attachment must be a file name, a RegExp, an object or a function, not ${printable(criterion)}`,
    );
  return fieldsTest(criterion);
}

function fieldsTest(criterion: AttachmentCriteria): FileTest {
  refuseUnknownKeys('attachment', criterion, KEYS);
  const { filename, contentType, content, contentId } = criterion;
  const tests: FileTest[] = [];
  const add = (
    field: string,
    wanted: TextCriterion | undefined,
    read: (file: MailFile) => string | undefined,
  ): void => {
    if (wanted === undefined) return;
    const test = textTest(`attachment.${field}`, wanted, field === 'content' ? 'part' : 'whole');
    tests.push({ wanted: `${field} ${test.wanted}`, holds: file => test.holds(read(file)) });
  };
  add('filename', filename, file => file.filename);
  add('contentType', contentType, file => file.contentType);
  add('contentId', contentId, file => file.contentId);
  if (isUint8Array(content)) tests.push(octetsTest(content));
  else add('content', content, file => file.content.toString('utf8'));
  return {
    wanted: tests.length === 0 ? 'any file' : `{ ${tests.map(test => test.wanted).join(', ')} }`,
    holds: file => tests.every(test => test.holds(file)),
    ...(typeof filename === 'string' && { filename }),
  };
}

function octetsTest(octets: Uint8Array): FileTest {
  const whole = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  return {
    wanted: `content of exactly ${counted(whole.length, 'octet')}`,
    holds: ({ content }) => content.equals(whole),
  };
}

function isList(
  criterion: AttachmentCriterion | readonly AttachmentCriterion[],
): criterion is readonly AttachmentCriterion[] {
  return Array.isArray(criterion);
}
