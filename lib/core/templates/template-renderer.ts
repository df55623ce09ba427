/** A template's parts after rendering. */
export interface RenderedMail {
  /** One line, without control characters. */
  readonly subject: string;
  /** Absent for a text-only mail. */
  readonly html?: string;
  /** The text part; made from the HTML when the template has none. */
  readonly text: string;
  /** The culture that was found for the mail, as a BCP 47 tag. */
  readonly culture: string;
  /** Files that the HTML shows, such as images of the helper `embed`. @default none */
  readonly attachments?: readonly RenderedAttachment[];
}

/** A file that the HTML of a template shows by its Content-ID: the content, or the path of a file. */
export type RenderedAttachment = {
  /** File name that the recipient sees. */
  readonly filename: string;
  /** MIME type. */
  readonly contentType: string;
  /** Content-ID: what stands behind `cid:` in the HTML. */
  readonly cid: string;
} & (
  | { readonly content: Buffer | Uint8Array | string; readonly path?: never }
  | { readonly path: string; readonly content?: never }
);

/** The words that tell people, in their own language, where in a mail of several languages theirs stands. */
export interface LanguageNotice {
  /** The language, as a BCP 47 tag. */
  readonly culture: string;
  /** A fragment of HTML. */
  readonly html: string;
  readonly text: string;
}

/** How a template is rendered. */
export interface RenderOptions {
  /** Wanted language, as a BCP 47 tag; `fr_CA` is `fr-CA`; null for the default culture. @default the default culture */
  culture?: string | null;
  /** Zone in which the reader lives, as an IANA name; null for that of the renderer. @default the renderer's */
  timeZone?: string | null;
}

/**
 * Turns the name of a template and its variables into a subject and bodies. Type and injection token at once: replace
 * it with `overrideProvider(TemplateRenderer)` to use another engine.
 */
export abstract class TemplateRenderer {
  /**
   * Renders one template in one language.
   *
   * @throws MailTemplateError when the template, a partial or a variable is missing
   */
  abstract render(template: string, context: object, options?: RenderOptions): Promise<RenderedMail>;

  /**
   * Says in a language that its version of the mail stands below, for the top of a mail that holds several languages.
   *
   * @returns undefined where there are no words for it in that language
   * @throws MailTemplateError when the words cannot be rendered
   */
  languageBelow?(culture: string): Promise<LanguageNotice | undefined>;

  /** Frees what the renderer holds, such as file watchers. */
  async close(): Promise<void> {}
}
