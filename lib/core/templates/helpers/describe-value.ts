import { isDate } from 'node:util/types';

/**
 * What a helper was given instead of what it needs, in words that do not repeat the value: it may be a secret. Of a promise and
 * of what is missing they say the remedy, too.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'undefined; guard it with {{#if …}}';
  if (value === null) return 'null; guard it with {{#if …}}';
  if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  switch (typeof value) {
    case 'string':
      return value.trim() === '' ? 'an empty text' : 'another text';
    case 'number':
      return Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? 'another number' : 'an infinite number';
    case 'bigint':
      return 'a bigint';
    case 'object':
      if (Array.isArray(value)) return 'a list';
      return isThenable(value) ? 'a promise; await it before rendering' : 'an object';
    default:
      return `a ${typeof value}`;
  }
}

function isThenable(value: object): boolean {
  try {
    return 'then' in value && typeof value.then === 'function';
  } catch {
    return false;
  }
}
