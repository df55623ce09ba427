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

/**
 * What a renderer of the application returns: a {@link RenderedMail} in which the mailer fills in what is missing. At least one
 * of `html` and `text` must not be blank; the subject may be left out when the options bring one.
 */
export interface RenderedTemplate extends Omit<RenderedMail, 'text' | 'culture'> {
  /** @default made from the HTML */
  readonly text?: string;
  /** The culture in which the mail is written, as a BCP 47 tag. @default the wanted one, else the default culture */
  readonly culture?: string;
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

/** Example contexts of one template by their names: `{ default: { name: 'Ann' } }`. */
export type RendererSamples = Readonly<Record<string, object>>;

/** How a template is rendered. */
export interface RenderOptions {
  /** Wanted language, as a BCP 47 tag; `fr_CA` is `fr-CA`; null for the default culture. @default the default culture */
  culture?: string | null;
  /** Zone in which the reader lives, as an IANA name; null for that of the renderer. @default the renderer's */
  timeZone?: string | null;
  /** Takes the place of the template's subject, which is not rendered then and need not exist. @default the template's subject */
  subject?: string;
}

/**
 * Turns the name of a template and its variables into a subject and bodies. A class that extends it is another template
 * engine: the option `renderer` of `MailModule` takes it. It is also the injection token of the mailer's renderer, which
 * knows the templates of all engines.
 */
export abstract class TemplateRenderer {
  /**
   * Renders one template in one language.
   *
   * @param options `culture` and `timeZone` are in their normal forms, and absent where the mail names none
   * @returns the mail; undefined when the renderer has no such template, which the Handlebars templates then make
   * @throws MailTemplateError `EMAILTEMPLATENOTFOUND`, which says the same as undefined. Any other error fails the mail
   */
  abstract render(
    template: string,
    context: object,
    options?: RenderOptions,
  ): Promise<RenderedTemplate | undefined>;

  /**
   * Says in a language that its version of the mail stands below, for the top of a mail that holds several languages.
   *
   * @returns undefined where there are no words for it in that language
   * @throws MailTemplateError when the words cannot be rendered
   */
  languageBelow?(culture: string): Promise<LanguageNotice | undefined>;

  /** Names of the templates, for tools that list them such as the preview, and for advice when a name is wrong. */
  templateNames?(): readonly string[] | Promise<readonly string[]>;

  /**
   * Example contexts of a template by their names, for tools that show it such as the preview.
   *
   * @returns undefined when the template has none
   */
  templateSamples?(template: string): RendererSamples | undefined | Promise<RendererSamples | undefined>;

  /** Frees what the renderer holds, such as file watchers; called once, when the mailer shuts down. */
  async close(): Promise<void> {}
}
