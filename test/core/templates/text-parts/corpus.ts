import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(process.cwd(), 'test', 'core', 'templates', 'text-corpus');

/** A page as mails have them, and the text that is expected of it. What its readers do not see says `data-unseen`. */
export interface CorpusPage {
  readonly name: string;
  readonly html: string;
  readonly text: string;
}

/** The pages of the corpus, each made up in the manner of a framework, a mail program or an application. */
export function corpusPages(): CorpusPage[] {
  return readdirSync(FOLDER)
    .filter(file => file.endsWith('.html'))
    .map(file => file.slice(0, -'.html'.length))
    .toSorted()
    .map(name => ({
      name,
      html: readFileSync(join(FOLDER, `${name}.html`), 'utf8'),
      text: readFileSync(join(FOLDER, `${name}.txt`), 'utf8').replace(/\n$/, ''),
    }));
}

/** A page without the elements that are marked as hidden. */
export function withoutUnseen(html: string): string {
  return html.replace(/<(\w+)[^>]*\sdata-unseen[^>]*>[\s\S]*?<\/\1>/g, '');
}
