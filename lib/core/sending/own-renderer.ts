import { setMaxListeners } from 'node:events';
import { answerWithin } from '../concurrency/answer-within.js';
import { atMost } from '../concurrency/at-most.js';
import { isErrorLike, messageOf } from '../errors/error-facts.js';
import { isMailError } from '../errors/mail-error.js';
import { MailTemplateError } from '../errors/mail-template-error.js';
import { logText } from '../redaction/log-text.js';
import { canonicalCulture } from '../templates/culture.js';
import { checkTimeZone } from '../templates/helpers/time-zone.js';
import { rendererWords } from '../templates/renderer-words.js';
import type {
  LanguageNotice,
  RenderedMail,
  RenderOptions,
  TemplateRenderer,
} from '../templates/template-renderer.js';
import { HtmlToText } from '../templates/text/html-to-text.js';
import type { AskedMail } from './rendered-template.js';
import { fault, renderedTemplate } from './rendered-template.js';

/** Milliseconds in which a renderer of the application has to answer, whatever bounds the send. */
const LONGEST_ANSWER_MS = 60_000;
/** Milliseconds in which it has to free what it holds. */
const LONGEST_CLOSE_MS = 2000;

/** How a renderer of the application is asked. */
export interface OwnRendererOptions {
  /** Culture of the mails that name none, as a BCP 47 tag. */
  readonly defaultCulture: string;
  /** Is told what goes wrong where nothing fails because of it. */
  readonly warn: (sentence: string) => void;
  /** See {@link AskedMail.lenient}. @default false */
  readonly lenient?: boolean;
  /** Milliseconds in which the renderer has to answer. @default 60000 */
  readonly answerMs?: number;
  /** Asked at the end whether the renderer is to be closed: others may have it too. @default it is */
  readonly isLast?: () => boolean;
}

/** What a renderer of the application says of a template: the mail, or that it has no such template. */
export type OwnAnswer =
  | { readonly mail: RenderedMail }
  /** `refusal`: the error by which it said so; undefined when it returned nothing. */
  | { readonly mail?: never; readonly refusal: MailTemplateError | undefined };

/**
 * A renderer of the application, of which nothing is known: it may throw, hang, or return anything. Each answer is bounded and
 * checked, and each error names the renderer, the template and the culture.
 */
export class OwnRenderer {
  /** As the beginning of a sentence: `The renderer MjmlRenderer`. */
  readonly words: string;
  readonly #renderer: TemplateRenderer;
  readonly #options: OwnRendererOptions;
  readonly #defaultCulture: string;
  readonly #htmlToText = new HtmlToText();
  readonly #released = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(renderer: TemplateRenderer, options: OwnRendererOptions) {
    this.#renderer = renderer;
    this.#options = options;
    this.#defaultCulture = canonicalCulture(options.defaultCulture);
    this.words = rendererWords(renderer);
    // Every mail that is being rendered listens to it.
    setMaxListeners(0, this.#released.signal);
  }

  /**
   * Asks for a template in one language.
   *
   * @throws MailTemplateError `EMAILTEMPLATERENDERER` when it fails, does not answer in time, or returns what is no mail;
   *   the other codes of what it returned, see {@link renderedTemplate}
   * @throws MailError what it throws as such
   */
  async render(template: string, context: object, options: RenderOptions): Promise<OwnAnswer> {
    const read = readOptions(options);
    const asked = this.#asked(template, read);
    let given: unknown;
    try {
      given = await this.#answer(asked, () => this.#renderer.render(template, context, read));
    } catch (error) {
      if (error instanceof MailTemplateError && error.code === 'EMAILTEMPLATENOTFOUND')
        return { refusal: error };
      throw error;
    }
    if (given === undefined || given === null) return { refusal: undefined };
    return { mail: await renderedTemplate(given, asked, this.#htmlToText) };
  }

  /**
   * Asks for the words that stand above a language of a mail that holds several.
   *
   * @returns undefined when it has none
   * @throws MailTemplateError `EMAILTEMPLATERENDERER`
   */
  async languageBelow(given: string): Promise<LanguageNotice | undefined> {
    const renderer = this.#renderer;
    const culture = canonicalCulture(given);
    const asked = this.#asked('languageBelow', { culture });
    const notice: unknown = await this.#answer(asked, () =>
      typeof renderer.languageBelow === 'function' ? renderer.languageBelow(culture) : undefined,
    );
    if (notice === undefined || notice === null) return undefined;
    const { html, text } = textsOf(notice);
    if (typeof html !== 'string' || typeof text !== 'string')
      throw fault(asked, 'must return { html, text } of languageBelow()');
    return { culture, html, text };
  }

  /** Frees what the renderer holds, once. Never rejects, and does not wait for ever: a shutdown must go on. */
  close(): Promise<void> {
    // What it still owes somebody must not hold a process that ends.
    this.#released.abort();
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const renderer = this.#renderer;
    let ended = false;
    try {
      if (typeof renderer.close !== 'function' || this.#options.isLast?.() === false) return;
      const closing = new Promise(resolve => resolve(renderer.close()));
      await atMost(
        LONGEST_CLOSE_MS,
        closing.then(() => (ended = true)),
      );
      if (!ended) this.#options.warn(`${this.words} has not closed within ${LONGEST_CLOSE_MS / 1000} s.`);
    } catch (error) {
      this.#options.warn(`${this.words} could not be closed: ${logText(messageOf(error))}`);
    }
  }

  async #answer<T>(asked: AskedMail, ask: () => T | PromiseLike<T>): Promise<T> {
    const { answerMs = LONGEST_ANSWER_MS } = this.#options;
    try {
      return await answerWithin(
        answerMs,
        ask,
        () => fault(asked, `has not answered within ${answerMs / 1000} s`),
        this.#released.signal,
      );
    } catch (error) {
      if (isMailError(error)) throw error;
      throw fault(asked, `failed: ${messageOf(error)}`, { cause: readable(error) });
    }
  }

  #asked(template: string, { culture, subject }: RenderOptions): AskedMail {
    const { lenient } = this.#options;
    return { renderer: this.words, template, culture: culture ?? this.#defaultCulture, subject, lenient };
  }
}

/** The options in their normal forms; what a mail leaves to the defaults is not there. */
function readOptions({ culture, timeZone, subject }: RenderOptions): RenderOptions & { culture?: string } {
  return {
    ...(culture !== undefined && culture !== null && { culture: canonicalCulture(culture) }),
    ...(timeZone !== undefined && timeZone !== null && { timeZone: checkTimeZone(timeZone) }),
    ...(subject !== undefined && { subject }),
  };
}

function textsOf(notice: unknown): { html?: unknown; text?: unknown } {
  try {
    return typeof notice === 'object' && notice !== null
      ? { html: Reflect.get(notice, 'html'), text: Reflect.get(notice, 'text') }
      : {};
  } catch {
    return {};
  }
}

/** What was thrown, unless it cannot even be looked at, as a revoked proxy. */
function readable(error: unknown): unknown {
  try {
    isErrorLike(error);
    return error;
  } catch {
    return undefined;
  }
}
