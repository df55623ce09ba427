import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** The page about the built-in mails, parts of which are written by the tests that make what they show. */
const PAGE = join(process.cwd(), 'docs/built-in-mails.md');

/** Markdown that stands, or should stand, between `<!-- name -->` and `<!-- /name -->`. */
export interface PageSection {
  readonly made: string;
  readonly onPage: string | undefined;
}

/**
 * Holds a section of the page against what it should say.
 *
 * @param write whether to put it there first
 */
export async function pageSection(name: string, markdown: string, write: boolean): Promise<PageSection> {
  const section = new RegExp(`(?<=<!-- ${name} -->\\n)[^]*?(?=\\n<!-- /${name} -->)`);
  const options = await resolveConfig(PAGE);
  const made = `\n${await format(markdown, { ...options, parser: 'markdown' })}`;
  const page = readFileSync(PAGE, 'utf8');
  if (write)
    writeFileSync(
      PAGE,
      page.replace(section, () => made),
    );
  return { made, onPage: section.exec(write ? readFileSync(PAGE, 'utf8') : page)?.[0] };
}
