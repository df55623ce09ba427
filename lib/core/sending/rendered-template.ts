import { Readable } from 'node:stream';
import { MailError } from '../errors/mail-error.js';
import type { MailTemplateErrorCode } from '../errors/mail-template-error.js';
import { MailTemplateError } from '../errors/mail-template-error.js';
import { checkAttachments } from '../message/check-attachments.js';
import { checkSubject } from '../message/check-subject.js';
import { MESSAGE_LIMITS } from '../message/message-limits.js';
import { printable } from '../redaction/printable.js';
import { kindOf } from '../settings/options/value-kind.js';
import { canonicalCulture } from '../templates/culture.js';
import type { RenderedAttachment, RenderedMail } from '../templates/template-renderer.js';
import { HtmlToTextError } from '../templates/text/html-to-text-error.js';
import type { HtmlToText } from '../templates/text/html-to-text.js';

/** What a renderer of the application was asked for. */
export interface AskedMail {
  /** Who was asked, as the beginning of a sentence: `The renderer MjmlRenderer`. */
  readonly renderer: string;
  readonly template: string;
  /** The wanted culture, else the default one, as a BCP 47 tag. */
  readonly culture: string;
  /** The subject of the message, which takes the place of the renderer's. @default the renderer's */
  readonly subject: string | undefined;
  /** Leaves culture and attachments to those who compose the mail, as for a renderer put in place of ours. @default false */
  readonly lenient?: boolean;
}

const FIELDS = ['subject', 'html', 'text', 'culture', 'attachments'] as const;
/** What a renderer returned, read once: getters of the application may give something else the next time. */
type Answer = Partial<Record<(typeof FIELDS)[number], unknown>>;

/**
 * Checks what a renderer of the application has returned, and makes a whole mail of it: its text part where it has none, its
 * culture where it names none.
 *
 * @throws MailTemplateError `EMAILTEMPLATERENDERER` naming renderer, template and fault, `EMAILTEMPLATEEMPTY` for a mail
 *   without a body, `EMAILTEMPLATETEXT` when no text part can be made
 */
export async function renderedTemplate(
  given: unknown,
  asked: AskedMail,
  htmlToText: HtmlToText,
): Promise<RenderedMail> {
  const answer = readAnswer(given, asked);
  const culture = cultureOf(answer, asked);
  const [html, text] = [bodyOf(answer, 'html', asked), bodyOf(answer, 'text', asked)];
  if (isBlank(html) && isBlank(text))
    throw fault(asked, 'has returned no content: neither html nor text has anything in it', {
      code: 'EMAILTEMPLATEEMPTY',
    });
  const attachments = asked.lenient ? answer.attachments : attachmentsOf(answer, asked);
  return {
    subject: asked.subject ?? subjectOf(answer, asked),
    ...(html !== undefined && !isBlank(html) && { html }),
    text: text === undefined || isBlank(text) ? await madeText(html ?? '', asked, htmlToText) : text,
    culture,
    ...(attachments !== undefined && { attachments: attachments as RenderedMail['attachments'] }),
  };
}

/** What an error says of the place besides its words. */
interface FaultDetails {
  /** @default 'EMAILTEMPLATERENDERER' */
  readonly code?: MailTemplateErrorCode;
  readonly part?: string;
  readonly cause?: unknown;
}

/**
 * The error about a renderer of the application.
 *
 * @param words complete the sentence that begins with the renderer
 */
export function fault(
  { renderer, template, culture }: AskedMail,
  words: string,
  { code = 'EMAILTEMPLATERENDERER', ...details }: FaultDetails = {},
): MailTemplateError {
  return new MailTemplateError(
    code,
    `${renderer} ${words} (template "${printable(template)}", culture ${culture}).`,
    { template, culture, ...details },
  );
}

function readAnswer(given: unknown, asked: AskedMail): Answer {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw fault(asked, `must return { subject, html, text }, but has returned ${kindOf(given)}`);
  try {
    return Object.fromEntries(FIELDS.map(name => [name, Reflect.get(given, name) ?? undefined]));
  } catch (cause) {
    throw fault(asked, 'has returned an object whose fields cannot be read', { cause });
  }
}

function subjectOf({ subject }: Answer, asked: AskedMail): string {
  if (subject === undefined) throw fault(asked, 'has returned no subject', { part: 'subject' });
  if (typeof subject !== 'string') throw fault(asked, notText('subject', subject), { part: 'subject' });
  if (isBlank(subject)) throw fault(asked, 'has returned an empty subject', { part: 'subject' });
  try {
    return checkSubject(subject);
  } catch (cause) {
    throw fault(asked, `has returned a subject that cannot stand in a header: ${reasonOf(cause)}`, {
      part: 'subject',
    });
  }
}

function bodyOf(answer: Answer, part: 'html' | 'text', asked: AskedMail): string | undefined {
  const body = answer[part];
  if (body === undefined) return undefined;
  if (typeof body !== 'string') throw fault(asked, notText(part, body), { part });
  const { body: most } = MESSAGE_LIMITS;
  if (body.length > most)
    throw fault(asked, `has returned ${part} of ${body.length} characters; ${most} are the most`, { part });
  return body;
}

function notText(part: string, value: unknown): string {
  const kind = kindOf(value);
  return `has returned ${part} that must be a text, but is ${kind}${kind === 'a Promise' ? '; await it' : ''}`;
}

function cultureOf({ culture }: Answer, asked: AskedMail): string {
  if (culture === undefined) return asked.culture;
  if (typeof culture === 'string' && asked.lenient) return culture;
  if (typeof culture !== 'string')
    throw fault(asked, `has returned a culture that must be a language tag, but is ${kindOf(culture)}`);
  try {
    return canonicalCulture(culture);
  } catch (cause) {
    throw fault(asked, `has returned a culture that is no language tag: "${printable(culture)}"`, { cause });
  }
}

function attachmentsOf({ attachments }: Answer, asked: AskedMail): readonly RenderedAttachment[] | undefined {
  if (attachments === undefined) return undefined;
  try {
    return checkAttachments(attachments).map((attachment, index) => {
      const { filename, contentType, cid, content, path } = attachment;
      if (filename === undefined || contentType === undefined || cid === undefined)
        throw fault(asked, `has returned attachments[${index}] that lacks filename, contentType or cid`);
      if (content instanceof Readable)
        throw fault(asked, `has returned attachments[${index}] with a stream; give its content, or a path`);
      const described = { filename, contentType, cid };
      return content === undefined ? { ...described, path: path ?? '' } : { ...described, content };
    });
  } catch (cause) {
    if (cause instanceof MailTemplateError) throw cause;
    throw fault(asked, `has returned attachments that cannot be used: ${reasonOf(cause)}`);
  }
}

async function madeText(html: string, asked: AskedMail, htmlToText: HtmlToText): Promise<string> {
  try {
    return await htmlToText.convert(html);
  } catch (cause) {
    // What converts may not be there, and is no fault of the renderer.
    if (cause instanceof MailError) throw cause;
    const reason = cause instanceof HtmlToTextError ? cause.message : 'its HTML cannot be read';
    throw fault(asked, `has returned HTML of which no text part can be made: ${reason}; give it a text`, {
      code: 'EMAILTEMPLATETEXT',
      part: 'text',
      cause,
    });
  }
}

/** What a check of the message says, without the value that it shortens: half of a secret would no longer be found in it. */
function reasonOf(cause: unknown): string {
  return cause instanceof MailError ? cause.message.replace(/ \(got: [^]*$/, '') : 'it cannot be read';
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || !/\S/.test(text);
}
