import { isRegExp } from 'node:util/types';
import { printable } from '../core/redaction/printable.js';
import type { SentMail } from './caught-mail.js';
import { firstDifference, functionText, quoted } from './display-text.js';
import type { Difference, FieldCheck } from './field-check.js';
import type { TextCriterion } from './mail-criteria.js';
import { isMatch } from './matcher-function.js';
import { nearestOf, similarity } from './similarity.js';

/** A criterion for one text, ready to be checked. */
export interface TextTest {
  /** What is wanted, for people. */
  readonly wanted: string;
  holds(text: string | undefined): boolean;
}

/** Whether a string is the whole text, or stands somewhere in it. */
export type Extent = 'whole' | 'part';

/**
 * Makes a test of a criterion.
 *
 * @throws TypeError when it is none
 */
export function textTest(field: string, criterion: TextCriterion, extent: Extent): TextTest {
  if (typeof criterion === 'string') {
    const wanted = unified(criterion);
    return {
      wanted: extent === 'part' ? `${quoted(wanted)} in it` : quoted(wanted),
      holds: text =>
        text !== undefined && (extent === 'part' ? unified(text).includes(wanted) : unified(text) === wanted),
    };
  }
  if (isRegExp(criterion)) {
    return {
      wanted: String(criterion),
      holds: text => text !== undefined && isFound(criterion, unified(text)),
    };
  }
  if (typeof criterion === 'function')
    return { wanted: functionText(criterion), holds: text => isMatch(criterion, unified(text ?? '')) };
  throw new TypeError(`${field} must be a string, a RegExp or a function, not ${printable(criterion)}`);
}

/** A check of one text of a mail. */
export function textCheck(
  field: string,
  criterion: TextCriterion,
  extent: Extent,
  read: (mail: SentMail) => string | undefined,
): FieldCheck {
  const { wanted, holds } = textTest(field, criterion, extent);
  const example = typeof criterion === 'string' ? criterion : undefined;
  return {
    field,
    wanted,
    compare: mail => {
      const text = read(mail);
      return holds(text) ? undefined : differenceOf(text, example, extent);
    },
  };
}

/** A check of which one of several texts is enough. */
export function someTextCheck(
  field: string,
  criterion: TextCriterion,
  extent: Extent,
  read: (mail: SentMail) => readonly string[],
): FieldCheck {
  const { wanted, holds } = textTest(field, criterion, extent);
  return {
    field,
    wanted,
    compare: mail => {
      const texts = read(mail);
      if (texts.length === 0 ? holds(undefined) : texts.some(holds)) return undefined;
      const shown = texts.slice(0, 5).map(quoted).join(', ');
      const rest = texts.length > 5 ? ` and ${texts.length - 5} more` : '';
      const near = typeof criterion === 'string' ? nearestOf(criterion, texts)?.similarity : 0;
      return { was: texts.length === 0 ? 'nothing' : `${shown}${rest}`, similarity: near ?? 0 };
    },
  };
}

/** Whether a pattern is found. With the flags g and y `test` would go on from its last place; `search` begins anew. */
export function isFound(pattern: RegExp, text: string): boolean {
  return text.search(pattern) !== -1;
}

function differenceOf(text: string | undefined, example: string | undefined, extent: Extent): Difference {
  if (text === undefined) return { was: 'nothing', similarity: 0 };
  if (example === undefined && extent === 'part' && /<\w/.test(text))
    return { was: `a page that begins ${quoted(wordsOf(text))}`, similarity: 0 };
  if (example === undefined) return { was: quoted(text.trim()), similarity: 0 };
  if (extent === 'whole')
    return { was: `${quoted(text)}${firstDifference(text, example)}`, similarity: similarity(example, text) };
  const lines = unified(text)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const nearest = nearestOf(example, lines);
  if (!nearest) return { was: quoted(text), similarity: 0 };
  const was =
    lines.length === 1 ? quoted(nearest.text) : `not there; the nearest line is ${quoted(nearest.text)}`;
  return { was, similarity: nearest.similarity };
}

/** What a reader sees of a page: a mail is not recognized by its head or its markup. */
function wordsOf(html: string): string {
  return html
    .replace(/<(head|style|script)\b[^]*?<\/\1>|<!--[^]*?-->|<[^>]*>|&#?\w+;/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Mails have CRLF, what stands in a test has not. */
function unified(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
