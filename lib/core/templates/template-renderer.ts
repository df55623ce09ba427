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

/** How a template is rendered. */
export interface RenderOptions {
  /** Wanted language, as a BCP 47 tag; `fr_CA` is `fr-CA`; null for the default culture. @default the default culture */
  culture?: string | null;
  /** IANA name of the time zone in which dates are written; null is none. @default the option `templates.timeZone` */
  timeZone?: string | null;
  /** Takes the place of the template's subject, which is not rendered then and need not exist. @default the template's subject */
  subject?: string;
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

  /** Frees what the renderer holds, such as file watchers. */
  async close(): Promise<void> {}
}
