import { withoutCodeBlocks } from './code-blocks.js';
import type { Page } from './pages.js';

/** A link or a picture of a page. */
export interface Link {
  readonly target: string;
  readonly picture: boolean;
}

const withoutCode = (text: string): string => text.replaceAll(/(`+)[^`]*?\1/g, 'code');

/** The links and pictures of a page, also those by reference. A reference without an address has an empty target. */
export function linksOf(page: Page): Link[] {
  const text = withoutCode(withoutCodeBlocks(page));
  const addresses = new Map(
    [...text.matchAll(/^\[([^\]]+)\]: +(\S+)/gm)].map(([, label = '', target = '']) => [
      label.toLowerCase(),
      target,
    ]),
  );
  const inline = [...text.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)].map(([, mark, target = '']) => ({
    target,
    picture: mark === '!',
  }));
  const referred = [...text.matchAll(/(!?)\[[^\]]+\]\[([^\]]+)\]/g)].map(([, mark, label = '']) => ({
    target: addresses.get(label.toLowerCase()) ?? '',
    picture: mark === '!',
  }));
  return [...inline, ...referred];
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(page: Page): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...withoutCodeBlocks(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
  return new Set(
    headings.map(slug => {
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}
