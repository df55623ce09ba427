import type { ParseError } from 'jsonc-parser';
import { getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import { readUtf8 } from '../../text/utf8.js';
import type { SourcePlace } from '../parsing/source-place.js';
import { placeAt } from '../parsing/source-place.js';

/** What a file of samples must hold. */
export const SAMPLES_FORM = 'an object of samples, such as { "default": { "name": "Ann" } }';

/** One context of `samples.json`. */
export interface JsonSample extends SourcePlace {
  readonly name: string;
  readonly context: object;
}

/** What is wrong in `samples.json`. */
export interface JsonSamplesProblem extends SourcePlace {
  /** Goes on after the name of the file: `is not valid JSON: …`. */
  readonly reason: string;
}

/** The samples of a file in its order, and everything that is wrong with it. */
export interface JsonSamples {
  readonly samples: readonly JsonSample[];
  readonly problems: readonly JsonSamplesProblem[];
}

/**
 * Reads `samples.json` in UTF-8: an object of contexts by name, where comments and trailing commas are fine.
 *
 * @param octets what the file holds
 */
export function readJsonSamples(octets: Uint8Array): JsonSamples {
  const { text, fault } = readUtf8(octets);
  if (text === undefined) return { samples: [], problems: [fault] };
  const problem = (offset: number, reason: string): JsonSamplesProblem => ({
    reason,
    ...placeAt(text, offset),
  });
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const what = printParseErrorCode(first.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    return { samples: [], problems: [problem(first.offset, `is not valid JSON: ${what}`)] };
  }
  if (tree?.type !== 'object')
    return { samples: [], problems: [problem(tree?.offset ?? 0, `must hold ${SAMPLES_FORM}`)] };
  const samples: JsonSample[] = [];
  const problems: JsonSamplesProblem[] = [];
  for (const { children: [key, value] = [], offset } of tree.children ?? []) {
    const name = String(key?.value);
    const context: unknown = value && getNodeValue(value);
    if (value?.type === 'object' && typeof context === 'object' && context !== null)
      samples.push({ name, context, ...placeAt(text, offset) });
    else
      problems.push(
        problem(
          value?.offset ?? offset,
          `holds the sample "${name}", which is no object; it must hold ${SAMPLES_FORM}`,
        ),
      );
  }
  return { samples, problems };
}
