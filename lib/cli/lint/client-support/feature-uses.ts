import type { HtmlAttribute, HtmlTag } from '../../../core/templates/parsing/html-tag.js';
import type { LintedFile } from '../linted-file.js';
import type { ClientFeature, FeaturePattern } from './client-feature.js';
import { scopeOf, scopeWithin } from './client-scope.js';
import { declarationUses } from './declaration-uses.js';
import type { FeatureUse } from './feature-use.js';
import { isSubstituted, scoped } from './feature-use.js';
import type { PageUses } from './page-uses.js';

/** Octets of style sheets that Gmail keeps, all together. */
const GMAIL_STYLE_LIMIT = 16 * 1024;

/** Where a page uses a feature with nothing that makes up for it. */
export function featureUses(feature: ClientFeature, page: PageUses, file: LintedFile): FeatureUse[] {
  return feature.find
    .flatMap(pattern => usesOf(feature, pattern, page, file))
    .map(use => ({
      ...use,
      lacking: use.lacking.filter(client => client !== 'outlook-windows' || !page.word.withholds(use.at)),
    }))
    .filter(({ lacking }) => lacking.length > 0);
}

function usesOf(
  feature: ClientFeature,
  pattern: FeaturePattern,
  page: PageUses,
  file: LintedFile,
): FeatureUse[] {
  switch (pattern.in) {
    case 'element':
      if (page.tags.some(({ name }) => pattern.toldWith?.includes(name))) return [];
      return page.tags
        .filter(({ name }) => pattern.names.includes(name))
        .map(({ name, at }) => ({ at, written: `<${name}>`, lacking: feature.lacking, addition: false }));
    case 'attribute':
      return page.tags.flatMap(tag => attributeUses(feature, pattern, tag, page, file));
    case 'declaration':
      return declarationUses(feature, pattern, page);
    case 'selector':
      return page.rules.flatMap(({ rule, base }) =>
        pattern.matches.test(rule.selector)
          ? scoped(feature, scopeOf(rule), { at: base + rule.at, written: rule.selector })
          : [],
      );
    case 'at-rule':
      return page.atRules.flatMap(({ atRule, at }) =>
        pattern.names.includes(atRule.name)
          ? scoped(feature, scopeWithin(atRule.within), { at, written: `@${atRule.name} ${atRule.prelude}` })
          : [],
      );
    case 'sheet':
      return sheetUses(feature, pattern.fault, page);
  }
}

function attributeUses(
  feature: ClientFeature,
  pattern: Extract<FeaturePattern, { in: 'attribute' }>,
  tag: HtmlTag,
  page: PageUses,
  file: LintedFile,
): FeatureUse[] {
  if (pattern.on?.includes(tag.name) === false || pattern.notOn?.includes(tag.name)) return [];
  return tag.attributes.flatMap(attribute => {
    const { name, valued, value, at, valueAt } = attribute;
    if (!pattern.names.includes(name)) return [];
    if (pattern.value && !pattern.value.test(shownValue(file, attribute))) return [];
    if (isSubstituted(feature, tag, page)) return [];
    const place = { at: pattern.value ? valueAt : at, written: valued ? `${name}="${value}"` : name };
    return [{ ...place, lacking: feature.lacking, addition: false }];
  });
}

/** The value, with the name of an image that `embed` prints. */
function shownValue(file: LintedFile, { value, valueAt }: HtmlAttribute): string {
  const printed = file.printedBetween(valueAt, valueAt + value.length);
  const image = printed.find(({ path }) => path === 'embed')?.argument;
  return (image ?? value).trim().toLowerCase();
}

function sheetUses(
  feature: ClientFeature,
  fault: Extract<FeaturePattern, { in: 'sheet' }>['fault'],
  page: PageUses,
): FeatureUse[] {
  const { lacking } = feature;
  switch (fault) {
    case 'in-body':
      return page.sheets
        .filter(({ inBody }) => inBody)
        .map(({ at }) => ({ at, written: '<style> behind <head>', lacking, addition: false }));
    case 'too-large':
      return page.sheets
        .filter(({ sizeSoFar }) => sizeSoFar > GMAIL_STYLE_LIMIT)
        .slice(0, 1)
        .map(({ at, sizeSoFar }) => ({
          at,
          written: `CSS of ${Math.ceil(sizeSoFar / 1024)} KB`,
          lacking,
          addition: false,
        }));
    case 'nested-at-rule':
      return page.atRules
        .filter(({ atRule }) => atRule.within.length > 0)
        .map(({ atRule, at }) => ({
          at,
          written: `@${atRule.name} within @${atRule.within.at(-1)?.name}`,
          lacking,
          addition: false,
        }));
    case 'nested-rule':
      return page.rules
        .filter(({ rule }) => rule.nested)
        .map(({ rule, base }) => ({
          at: base + rule.at,
          written: `${rule.selector} within another rule`,
          lacking,
          addition: false,
        }));
  }
}
