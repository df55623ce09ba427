import { aliasesOf } from '../../../core/templates/files/shared-file-names.js';
import type { TemplateFile } from '../../../core/templates/files/template-file.js';

/** A call of a partial up to its name, which may be quoted, or an expression that says the name. */
const PARTIAL_CALL = /\{\{~?#?>\s*(?:"([^"]*)"|'([^']*)'|\[([^\]]*)\](?=[\s}~])|([^\s}~]+))/g;

/**
 * Whether templates may call one of these layouts, partials or words, by any of its names. Their texts are read, which takes a
 * fraction of the time of parsing them: a call in a comment counts, too.
 */
export function mayCall(templates: readonly TemplateFile[], partials: readonly TemplateFile[]): boolean {
  if (partials.length === 0) return false;
  const names = new Set(partials.flatMap(file => [file.name, ...aliasesOf(file)]));
  return templates.some(({ source }) =>
    calledPartials(source).some(name => name === undefined || names.has(name)),
  );
}

/** The names of the partials that a template calls; undefined for one that an expression, or a path in brackets, says. */
export function calledPartials(source: string): (string | undefined)[] {
  return Array.from(source.matchAll(PARTIAL_CALL), ([, double, single, bracketed, plain]) =>
    plain !== undefined && /[([]/.test(plain) ? undefined : (double ?? single ?? bracketed ?? plain),
  );
}
