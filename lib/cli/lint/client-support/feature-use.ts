import type { HtmlTag } from '../../../core/templates/parsing/html-tag.js';
import type { ClientFeature } from './client-feature.js';
import type { ClientScope } from './client-scope.js';
import { canStandIn } from './css-rules.js';
import type { MailClient } from './mail-client.js';
import type { PageUses } from './page-uses.js';

/** A place where a feature is used that some clients lack. */
export interface FeatureUse {
  readonly at: number;
  /** What is written there. */
  readonly written: string;
  /** The clients that lack it there. */
  readonly lacking: readonly MailClient[];
  /** Whether the page is meant to do without it. */
  readonly addition: boolean;
}

/** A use in a style sheet, for those clients that read its rule. */
export function scoped(
  { lacking }: ClientFeature,
  scope: ClientScope | undefined,
  place: Pick<FeatureUse, 'at' | 'written'>,
): FeatureUse[] {
  if (!scope) return [];
  const readers = lacking.filter(
    client => !scope.unread.includes(client) && (scope.only?.includes(client) ?? true),
  );
  return [{ ...place, lacking: readers, addition: scope.addition }];
}

/** Whether the element itself makes up for the feature. */
export function isSubstituted({ substitute }: ClientFeature, tag: HtmlTag, page: PageUses): boolean {
  if (!substitute) return false;
  const { attributes = [], properties = [], wordContent = false } = substitute;
  return (
    (wordContent && page.word.hasContent) ||
    tag.attributes.some(({ name }) => attributes.includes(name)) ||
    (page
      .attributeRule(tag)
      ?.declarations.some(one => properties.includes(one.property) && canStandIn(one)) ??
      false)
  );
}
