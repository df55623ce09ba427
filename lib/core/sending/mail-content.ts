import { wellFormed } from '../address/invisible.js';
import type { AnySignal } from '../concurrency/lazy-signal.js';
import { messageOf } from '../errors/error-facts.js';
import { MailError } from '../errors/mail-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { checkSubject } from '../message/check-subject.js';
import type { MailContent, OutgoingMail } from '../message/outgoing-mail.js';
import { isTemplateRequest } from '../message/outgoing-mail.js';
import { printable } from '../redaction/printable.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import { joinLanguages } from '../templates/rendering/join-languages.js';
import type { RenderedMail } from '../templates/template-renderer.js';
import type { HtmlToText } from '../templates/text/html-to-text.js';
import { cutError } from './send-bounds.js';
import type { SendTrace } from './send-trace.js';

/** Subject and bodies, what the HTML shows, and the languages of a template. */
export interface RenderedContent extends MailContent, Pick<RenderedMail, 'attachments'> {
  /** Cultures in which a template was rendered, in order. @default no template was */
  readonly languages?: readonly string[];
}

/** What content is made with. */
export interface ContentTools {
  readonly renderer: MailRenderer;
  readonly htmlToText: HtmlToText;
  /** Ends the send. */
  readonly signal: AnySignal;
}

/**
 * Makes subject and bodies of a mail: renders its template, in several languages where the trace says so, or takes what the
 * message brings.
 *
 * @throws MailTemplateError when a template cannot be rendered
 * @throws MailMessageError when no text part can be made of the HTML, or a rendered subject cannot stand in a header
 */
export async function contentOf(
  { content }: Pick<OutgoingMail, 'content'>,
  trace: SendTrace,
  { renderer, htmlToText, signal }: ContentTools,
): Promise<RenderedContent> {
  if (!isTemplateRequest(content)) return withTextPart(content, htmlToText);
  const { cultures } = trace;
  const { timeZone, subject: own } = content;
  trace.template = content.template;
  const wanted = cultures && cultures.length > 1 ? cultures : [content.culture];
  const answer = async <T>(asking: Promise<T>): Promise<T> => {
    const { asked } = renderer;
    if (asked !== undefined)
      trace.awaiting = `${asked} had not answered for the template "${printable(content.template)}".`;
    const answered = await asking;
    // Of a send that has been cut nothing more is done.
    if (signal.aborted) throw cutError(signal, trace);
    trace.awaiting = undefined;
    return answered;
  };
  const rendered = [];
  for (const culture of wanted) {
    rendered.push(
      await answer(
        renderer.render(content.template, content.context, {
          ...(culture !== undefined && { culture }),
          ...(timeZone !== undefined && { timeZone }),
          ...(own !== undefined && { subject: own }),
        }),
      ),
    );
  }
  const languages = [...new Set(rendered.map(({ culture }) => culture))];
  trace.culture = languages.join(', ');
  const notices = [];
  for (const culture of languages.slice(1)) {
    const notice = await answer(Promise.resolve(renderer.languageBelow?.(culture)));
    if (notice) notices.push(notice);
  }
  const { subject, html, text, attachments } = joinLanguages(rendered, notices);
  const { noText = false } = content;
  if (noText && html === undefined)
    throw new MailMessageError(
      'EMAILEMPTY',
      'text',
      `is false, and the template "${content.template}" has no HTML: nothing is left of the mail`,
    );
  return {
    subject: own ?? checkSubject(subject),
    languages,
    ...(!noText && { text: wellFormed(text) }),
    ...(html !== undefined && { html: wellFormed(html) }),
    ...(attachments && { attachments }),
  };
}

async function withTextPart(content: MailContent, htmlToText: HtmlToText): Promise<MailContent> {
  const { html, text, noText = false } = content;
  if (html === undefined || text !== undefined || noText) return content;
  const made = await textOf(html, htmlToText);
  // Of images alone no text comes: an empty part would be shown in place of them.
  return /\S/.test(made) ? { ...content, text: made } : content;
}

async function textOf(html: string, htmlToText: HtmlToText): Promise<string> {
  try {
    return await htmlToText.convert(html);
  } catch (cause) {
    // What converts may not be there, and is no fault of the message.
    if (cause instanceof MailError) throw cause;
    throw new MailMessageError(
      'EMAILMESSAGE',
      'html',
      `cannot be made into a text part: ${messageOf(cause)}; give the message a text, or text: false`,
      { cause },
    );
  }
}

/**
 * What the caller gets when a message could not be put together. What Node.js and libraries throw, such as a RangeError for a
 * text that grew too long, is no error of this package.
 */
export function composingError(error: unknown): unknown {
  if (error instanceof MailError) return error;
  return new MailMessageError(
    'EMAILMESSAGE',
    'message',
    'cannot be put together, although each of its fields is right by itself; the cause says why',
    { cause: error },
  );
}
