import { isRegExp, isUint8Array } from 'node:util/types';
import type { SentMail } from './caught-mail.js';
import { counted, functionText, listed } from './display-text.js';
import type { FieldCheck } from './field-check.js';
import type { TextCriterion } from './mail-criteria.js';
import { isMatch } from './matcher-function.js';
import { nearestOf } from './similarity.js';
import { textTest } from './text-check.js';

/** A criterion for one item of a list, such as a file, ready to be checked. */
export interface ItemTest<Item> {
  /** What is wanted, for people. */
  readonly wanted: string;
  /** What the item is to be called, where that is known. */
  readonly name?: string;
  holds(item: Item): boolean;
}

/** The items of a mail, and how they are shown. */
export interface Items<Item> {
  /** Name of the criterion. */
  readonly field: string;
  of(mail: SentMail): readonly Item[];
  /** What an item is called. */
  name(item: Item): string;
  /** An item on one line. */
  text(item: Item): string;
}

const SHOWN = 5;

/** A check of a list, of which each test must hold for one item; without a test it must be empty. */
export function itemsCheck<Item>(items: Items<Item>, tests: readonly ItemTest<Item>[]): FieldCheck {
  const wanted = tests.map(test => test.wanted);
  return {
    field: items.field,
    wanted: listed(wanted, 'none', SHOWN),
    compare: mail => {
      const there = items.of(mail);
      const missing = tests.filter(test => !there.some(item => test.holds(item)));
      const holds = tests.length === 0 ? there.length === 0 : missing.length === 0;
      if (holds) return undefined;
      const names = there.map(item => items.name(item));
      const near = missing.reduce(
        (sum, { name }) => sum + (name === undefined ? 0 : (nearestOf(name, names)?.similarity ?? 0)),
        0,
      );
      return {
        was: listed(
          there.map(item => items.text(item)),
          'none',
          SHOWN,
        ),
        similarity: tests.length === 0 ? 0 : (tests.length - missing.length + near) / tests.length,
      };
    },
  };
}

/** A criterion that is held against what an item is called, or a function that looks at all of it. */
export type NameCriterion<Item> = string | RegExp | ((item: Item) => boolean);

/** Whether a criterion is one of a name. */
export function isNameCriterion<Item, Other>(
  criterion: NameCriterion<Item> | Other,
): criterion is NameCriterion<Item> {
  return typeof criterion === 'string' || typeof criterion === 'function' || isRegExp(criterion);
}

/** A test of what an item is called, or of all of it. */
export function nameTest<Item>({ field, name }: Items<Item>, criterion: NameCriterion<Item>): ItemTest<Item> {
  if (typeof criterion === 'function')
    return { wanted: functionText(criterion), holds: item => isMatch(criterion, item) };
  const { wanted, holds } = textTest(field, criterion, 'whole');
  return {
    wanted: typeof criterion === 'string' ? criterion : wanted,
    holds: item => holds(name(item)),
    ...(typeof criterion === 'string' && { name: criterion }),
  };
}

/**
 * A test of several fields of an item, all of which must hold.
 *
 * @param fields the criterion of each field, with what it is held against; a content is contained, everything else is exact
 * @param otherwise what is wanted without any criterion
 */
export function fieldsTest<Item>(
  field: string,
  fields: Readonly<
    Record<
      string,
      readonly [
        wanted: TextCriterion | Uint8Array | undefined,
        read: (item: Item) => string | Buffer | undefined,
      ]
    >
  >,
  otherwise: string,
): Omit<ItemTest<Item>, 'name'> {
  const tests = Object.entries(fields).flatMap(([name, [wanted, read]]) =>
    wanted === undefined ? [] : [fieldTest(field, name, wanted, read)],
  );
  return {
    wanted: tests.length === 0 ? otherwise : `{ ${tests.map(test => test.wanted).join(', ')} }`,
    holds: item => tests.every(test => test.holds(item)),
  };
}

function fieldTest<Item>(
  field: string,
  name: string,
  wanted: TextCriterion | Uint8Array,
  read: (item: Item) => string | Buffer | undefined,
): ItemTest<Item> {
  if (isUint8Array(wanted)) {
    const whole = Buffer.from(wanted.buffer, wanted.byteOffset, wanted.byteLength);
    return {
      wanted: `${name} of exactly ${counted(whole.length, 'octet')}`,
      holds: item => whole.equals(Buffer.from(read(item) ?? '')),
    };
  }
  const test = textTest(`${field}.${name}`, wanted, name === 'content' ? 'part' : 'whole');
  return { wanted: `${name} ${test.wanted}`, holds: item => test.holds(read(item)?.toString()) };
}
