import type { TemplateFile } from '../../core/templates/files/template-file.js';
import { tagsOf } from '../../core/templates/parsing/css-in-source.js';
import type { HtmlTag } from '../../core/templates/parsing/html-tag.js';
import { maskedSource } from '../../core/templates/parsing/masked-source.js';
import type { MaskedSource, PrintedExpression } from '../../core/templates/parsing/masked-source.js';
import type { ParsedTemplate } from '../../core/templates/parsing/parse-template.js';
import { placeAt } from '../../core/templates/parsing/source-place.js';
import { checkCompiles } from '../../core/templates/rendering/check-compiles.js';
import type { LintFinding, LintSeverity } from './finding.js';
import type { PartialUse } from './partial-uses.js';
import { partialUses } from './partial-uses.js';

/** A template file that was parsed. */
export class LintedFile {
  readonly file: TemplateFile;
  readonly parsed: ParsedTemplate;
  readonly uses: readonly PartialUse[];
  readonly masked: MaskedSource;
  /** The tags of an html part, in order. */
  readonly tags: readonly HtmlTag[];

  /** @throws MailTemplateError `EMAILTEMPLATESYNTAX` */
  constructor(file: TemplateFile) {
    this.file = file;
    this.parsed = checkCompiles(file);
    this.uses = partialUses(this.parsed.program);
    this.masked = maskedSource(file.source, this.parsed);
    this.tags = file.part === 'html' ? tagsOf(this.masked.text) : [];
  }

  /** The expressions that are printed between two places. */
  printedBetween(from: number, to: number): PrintedExpression[] {
    return this.masked.printed.filter(({ at }) => at >= from && at < to);
  }

  /** Whether a place stands in an element that sends the reader elsewhere: `<meta http-equiv="refresh">`. */
  refreshesAt(offset: number): boolean {
    return this.tags.some(
      ({ name, at, end, attributes }) =>
        name === 'meta' &&
        at <= offset &&
        offset < end &&
        attributes.some(one => one.name === 'http-equiv' && /^\s*refresh\s*$/i.test(one.value)),
    );
  }

  /** A finding at a place of the file, counted from 0. */
  at(offset: number, rule: string, severity: LintSeverity, message: string): LintFinding {
    return { rule, severity, file: this.file.file, ...placeAt(this.file.source, offset), message };
  }
}
