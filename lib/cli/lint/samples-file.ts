import { messageOf } from '../../core/errors/error-facts.js';
import type { JsonSample } from '../../core/templates/files/samples-json.js';
import { readJsonSamples } from '../../core/templates/files/samples-json.js';
import type { TemplateFolder } from '../../core/templates/files/template-folder.js';
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

/**
 * Reads `samples.json` of a template, an object of names and contexts, from the first folder that has one.
 *
 * @param folders those of the application
 */
export function readSamples(folders: readonly TemplateFolder[], template: string): Samples {
  for (const folder of folders) {
    const found = readFrom(folder, `${template}/samples.json`);
    if (found) return found;
  }
  return { samples: [], findings: [] };
}

function readFrom(folder: TemplateFolder, path: string): Samples | undefined {
  const file = folder.nameOf(path);
  try {
    const octets = folder.octets(path);
    if (!octets) return undefined;
    const { samples, problems } = readJsonSamples(octets);
    return {
      samples: samples.map(sample => ({ ...sample, file })),
      findings: problems.map(({ reason, ...place }) => finding(file, `This file ${reason}.`, place)),
    };
  } catch (error) {
    return { samples: [], findings: [finding(file, `It cannot be read: ${messageOf(error)}.`)] };
  }
}

function finding(file: string, message: string, { line, column } = { line: 1, column: 1 }): LintFinding {
  return { rule: 'samples', severity: 'error', file, line, column, message };
}
