import { dirname, join } from 'node:path';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import type { JsonSample } from '../../core/templates/files/samples-json.js';
import { readJsonSamples } from '../../core/templates/files/samples-json.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import type { LintFinding } from './finding.js';

/** A context with which a template is rendered and measured. */
export interface Sample extends JsonSample {
  /** The file that holds it. */
  readonly file: string;
}

/** The samples of a template, and what is wrong with their file. */
export interface Samples {
  readonly samples: readonly Sample[];
  readonly findings: readonly LintFinding[];
}

/** Reads `samples.json` beside the files of a template: an object of names and contexts. */
export function readSamples(files: readonly TemplateFile[]): Samples {
  for (const folder of new Set(files.map(({ file }) => dirname(file)))) {
    const found = readFile(join(folder, 'samples.json'));
    if (found) return found;
  }
  return { samples: [], findings: [] };
}

function readFile(file: string): Samples | undefined {
  try {
    const { samples, problems } = readJsonSamples(file);
    return {
      samples: samples.map(sample => ({ ...sample, file })),
      findings: problems.map(({ reason, ...place }) => finding(file, `This file ${reason}.`, place)),
    };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    return { samples: [], findings: [finding(file, `It cannot be read: ${messageOf(error)}.`)] };
  }
}

function finding(file: string, message: string, { line, column } = { line: 1, column: 1 }): LintFinding {
  return { rule: 'samples', severity: 'error', file, line, column, message };
}
