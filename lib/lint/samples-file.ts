import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ParseError } from 'jsonc-parser';
import { parseTree, printParseErrorCode } from 'jsonc-parser';
import { messageOf } from '../errors/error-facts.js';
import { placeAt } from '../templates/analysis/masked-source.js';
import type { TemplateFile } from '../templates/template-catalog.js';
import type { LintFinding } from './finding.js';

/** A context with which a template is looked at. */
export interface Sample {
  readonly name: string;
  readonly context: object;
  /** The file that holds it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The samples of a template, and what is wrong with their file. */
export interface Samples {
  readonly samples: readonly Sample[];
  readonly findings: readonly LintFinding[];
}

/** Reads `samples.json` beside the files of a template: an object of names and contexts. */
export function readSamples(files: readonly TemplateFile[]): Samples {
  const folders = [...new Set(files.map(({ file }) => dirname(file)))];
  const path = folders.map(folder => join(folder, 'samples.json')).find(file => existsSync(file));
  if (path === undefined) return { samples: [], findings: [] };
  try {
    return parseSamples(path, readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    return { samples: [], findings: [bad(path, '', 0, `It cannot be read: ${messageOf(error)}.`)] };
  }
}

function parseSamples(path: string, text: string): Samples {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first) {
    const reason = printParseErrorCode(first.error)
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase();
    return { samples: [], findings: [bad(path, text, first.offset, `This is no JSON: ${reason}.`)] };
  }
  if (tree?.type !== 'object')
    return {
      samples: [],
      findings: [
        bad(
          path,
          text,
          tree?.offset ?? 0,
          'Write an object of contexts by name, such as { "default": { "name": "Ann" } }.',
        ),
      ],
    };
  const samples: Sample[] = [];
  const findings: LintFinding[] = [];
  for (const { children = [], offset } of tree.children ?? []) {
    const [key, value] = children;
    const name = String(key?.value);
    if (value?.type !== 'object') {
      findings.push(
        bad(
          path,
          text,
          value?.offset ?? offset,
          `The sample "${name}" must be an object: the context of the template.`,
        ),
      );
      continue;
    }
    const context = JSON.parse(text.slice(value.offset, value.offset + value.length)) as object;
    samples.push({ name, context, file: path, ...placeAt(text, offset) });
  }
  return { samples, findings };
}

function bad(file: string, text: string, offset: number, message: string): LintFinding {
  return { rule: 'samples', severity: 'error', file, ...placeAt(text, offset), message };
}
