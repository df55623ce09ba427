import type { SentMail } from 'nest-mailroom';

/** Takes all outcomes of a `sendMany`. Rejects as its loop does. */
export async function outcomesOf(sending: AsyncIterable<SentMail>): Promise<SentMail[]> {
  const outcomes: SentMail[] = [];
  for await (const sent of sending) outcomes.push(sent);
  return outcomes;
}

/** The outcomes in words, in the order of the source: a status, or the code of the error. */
export function wordsOf(outcomes: readonly SentMail[]): string[] {
  return outcomes
    .toSorted((left, right) => left.index - right.index)
    .map(({ receipt, error }) => receipt?.status ?? codeOf(error));
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}

/** The indices of the outcomes, sorted. */
export function indicesOf(outcomes: readonly SentMail[]): number[] {
  return outcomes.map(({ index }) => index).toSorted((left, right) => left - right);
}

/** Numbers from 0. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
