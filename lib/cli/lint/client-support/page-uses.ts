import { styleSheetsOf, unquoted } from '../../../core/templates/parsing/css-in-source.js';
import type { HtmlTag } from '../../../core/templates/parsing/html-tag.js';
import type { LintedFile } from '../linted-file.js';
import type { CssAtRule, CssRule } from './css-rules.js';
import { styleAttributeRule, styleSheetRules } from './css-rules.js';
import { SelectorSubjects } from './selector-subjects.js';
import { WordConditions } from './word-conditions.js';

/** A rule of CSS with what it is for. */
export interface PlacedRule {
  readonly rule: CssRule;
  /** What is added to its places. */
  readonly base: number;
  /** The elements that it is for, as far as they are in the page. */
  readonly tags: readonly HtmlTag[];
  /** The names of those elements; where the page does not hold them, as the selector says. */
  readonly names: readonly string[];
}

/** An at-rule with where it stands. */
export interface PlacedAtRule {
  readonly atRule: CssAtRule;
  readonly at: number;
}

/** A style sheet as Gmail counts it. */
export interface PlacedSheet {
  /** Where its `<style>` stands. */
  readonly at: number;
  /** Octets of it and of those before it. */
  readonly sizeSoFar: number;
  readonly inBody: boolean;
}

/** The start tags, rules and style sheets of an html part. */
export class PageUses {
  readonly tags: readonly HtmlTag[];
  readonly rules: readonly PlacedRule[];
  readonly atRules: readonly PlacedAtRule[];
  readonly sheets: readonly PlacedSheet[];
  readonly word: WordConditions;
  readonly #attributeRules = new Map<HtmlTag, CssRule>();

  constructor({ tags, masked }: LintedFile) {
    this.tags = tags.filter(({ closing }) => !closing);
    this.word = new WordConditions(masked.text);
    const subjects = new SelectorSubjects(this.tags);
    const body = tags.find(
      ({ name, closing }) => (name === 'body' && !closing) || (name === 'head' && closing),
    );
    const rules: PlacedRule[] = [];
    const atRules: PlacedAtRule[] = [];
    const sheets: PlacedSheet[] = [];
    let sizeSoFar = 0;
    for (const { at, css } of styleSheetsOf(masked.text, tags)) {
      const content = styleSheetRules(css);
      for (const rule of content.rules) {
        const { selector } = rule;
        rules.push({
          rule,
          base: at,
          tags: subjects.of(selector),
          names: subjects.namesIn(selector),
        });
      }
      for (const atRule of content.atRules) atRules.push({ atRule, at: at + atRule.at });
      sizeSoFar += Buffer.byteLength(css);
      sheets.push({ at, sizeSoFar, inBody: body !== undefined && at > body.at });
    }
    for (const tag of this.tags) {
      const style = tag.attributes.find(({ name }) => name === 'style');
      if (!style?.valued) continue;
      const rule = styleAttributeRule(unquoted(style.value));
      this.#attributeRules.set(tag, rule);
      rules.push({ rule, base: style.valueAt, tags: [tag], names: [tag.name] });
    }
    this.rules = rules;
    this.atRules = atRules;
    this.sheets = sheets;
  }

  /** What an element's style attribute declares. */
  attributeRule(tag: HtmlTag): CssRule | undefined {
    return this.#attributeRules.get(tag);
  }
}
