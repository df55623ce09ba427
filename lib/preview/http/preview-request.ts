import type { Html } from '../view/html.js';
import type { NavigationEntry } from '../view/navigation-entry.js';
import { page } from '../view/page.js';
import type { PreviewReply } from './preview-reply.js';
import { htmlReply } from './preview-reply.js';

/** One request, as routes see it. */
export class PreviewRequest {
  /** What the segments of the route that begin with a colon stand for, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Path of the preview, without a slash at its end: links begin with it. */
  readonly base: string;
  /** For `<script>` and `<style>` of the page; others do not run. */
  readonly nonce: string;
  /** What each form that changes something sends along in its field {@link FORM_TOKEN}. */
  readonly formToken: string;
  /** The fields of a form or of a JSON object that was sent, also when a body parser has read it before. */
  readonly form: () => Promise<URLSearchParams>;
  readonly #sections: readonly NavigationEntry[];
  readonly #section: NavigationEntry | undefined;

  constructor(
    facts: Pick<PreviewRequest, 'params' | 'query' | 'base' | 'nonce' | 'formToken' | 'form'>,
    sections: readonly NavigationEntry[],
    section: NavigationEntry | undefined,
  ) {
    this.params = facts.params;
    this.query = facts.query;
    this.base = facts.base;
    this.nonce = facts.nonce;
    this.formToken = facts.formToken;
    this.form = facts.form;
    this.#sections = sections;
    this.#section = section;
  }

  /** A segment of the path by its name in the route. */
  param(name: string): string {
    return this.params[name] ?? '';
  }

  /**
   * A whole page: the frame with the navigation, and a body in it.
   *
   * @param title what the browser's tab shows first
   */
  page(title: string, body: Html, status = 200): PreviewReply {
    const { base, nonce } = this;
    return htmlReply(
      page({ base, nonce, title, body, sections: this.#sections, current: this.#section?.path }),
      status,
    );
  }
}
