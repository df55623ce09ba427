import type { HtmlTag } from '../../../core/templates/parsing/html-tag.js';
import type { ClientFeature, FeaturePattern } from './client-feature.js';
import { scopeOf } from './client-scope.js';
import type { CssDeclaration, CssRule } from './css-rules.js';
import { canStandIn } from './css-rules.js';
import type { FeatureUse } from './feature-use.js';
import { isSubstituted, scoped } from './feature-use.js';
import type { MailClient } from './mail-client.js';
import type { PageUses, PlacedRule } from './page-uses.js';

type DeclarationPattern = Extract<FeaturePattern, { in: 'declaration' }>;

/** Where declarations use a feature with nothing that makes up for it. */
export function declarationUses(
  feature: ClientFeature,
  pattern: DeclarationPattern,
  page: PageUses,
): FeatureUse[] {
  return page.rules.flatMap(placed => {
    const { rule, base } = placed;
    const found = rule.declarations.filter(declaration => matches(pattern, declaration));
    if (found.length === 0 || isPassedOver(feature, pattern, placed, page)) return [];
    return found.flatMap(declaration => {
      const readers = withoutFallback(feature, pattern, placed, declaration, page);
      const place = { at: base + declaration.at, written: `${declaration.property}:${declaration.value}` };
      return scoped({ ...feature, lacking: readers }, scopeOf(rule), place);
    });
  });
}

function matches(
  pattern: DeclarationPattern,
  { property, value, words, important }: CssDeclaration,
): boolean {
  if (pattern.important === true && !important) return false;
  const compared = pattern.withTexts === true ? value : words;
  return pattern.property.test(property) && (pattern.value?.test(compared) ?? true);
}

/** Whether a rule is about other elements, makes up for the feature, or hides what the feature would decorate. */
function isPassedOver(
  feature: ClientFeature,
  pattern: DeclarationPattern,
  { rule, tags, names }: PlacedRule,
  page: PageUses,
): boolean {
  const { substitute = {} } = feature;
  if (pattern.inline === true && rule.selector !== '') return true;
  if (isElsewhere(pattern, names)) return true;
  if (feature.severity === 'hint' && declares(rule, ['display'], ({ value }) => value === 'none'))
    return true;
  if (declares(rule, substitute.properties ?? [], canStandIn)) return true;
  if (tags.length === 0) return substitute.wordContent === true && page.word.hasContent;
  return tags.every(tag => isSubstituted(feature, tag, page));
}

function isElsewhere({ on, notOn }: DeclarationPattern, names: readonly string[]): boolean {
  if (on && !names.some(name => on.includes(name))) return true;
  // Of a class that no element of the page has, nobody knows what it is for.
  return notOn !== undefined && names.every(name => notOn.includes(name));
}

/** The clients that lack the feature and have no value before it which they know. */
function withoutFallback(
  feature: ClientFeature,
  pattern: DeclarationPattern,
  { rule, tags }: PlacedRule,
  declaration: CssDeclaration,
  page: PageUses,
): readonly MailClient[] {
  const hidden = declares(rule, ['mso-hide'], ({ value }) => value === 'all');
  const lacking = feature.lacking.filter(client => !hidden || client !== 'outlook-windows');
  const before = rule.declarations.slice(0, rule.declarations.indexOf(declaration));
  const isFallback = (other: CssDeclaration): boolean =>
    family(other) === family(declaration) && canStandIn(other) && !matches(pattern, other);
  const onElement = (tag: HtmlTag): boolean =>
    page.attributeRule(tag)?.declarations.some(isFallback) ?? false;
  const isInline = rule.selector === '';
  const falls = before.some(isFallback) || (!isInline && tags.length > 0 && tags.every(onElement));
  if (!falls) return lacking;
  return isInline ? lacking.filter(client => feature.dropsAttribute?.includes(client)) : [];
}

/** Declarations of one family take each other's place. */
function family({ property }: CssDeclaration): string {
  return property.startsWith('background') ? 'background' : property;
}

function declares(
  { declarations }: CssRule,
  properties: readonly string[],
  isMeant: (declaration: CssDeclaration) => boolean,
): boolean {
  return declarations.some(one => properties.includes(one.property) && isMeant(one));
}
