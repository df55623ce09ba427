/** A Handlebars helper: a function of its arguments, the last one being Handlebars' options. */
// oxlint-disable-next-line typescript/no-unsafe-function-type -- the public contract names Function, as Handlebars does
export type TemplateHelper = Function;

/** Where templates are and how they are rendered. */
export interface TemplateOptions {
  /**
   * Folders of templates, searched in order, before the built-in ones. Give absolute paths
   * (`join(import.meta.dirname, 'templates')`); a relative one is resolved against the working directory.
   * @default none
   */
  directories?: readonly string[];
  /**
   * Templates as texts of code, for an application that is bundled into one file: the path of each file below a folder of
   * templates (`welcome/html.fr.hbs`, `layouts/mail.html.hbs`, `languages/ar.json`, `welcome/samples.json`) and what it
   * holds; images for `embed` as data URLs (`data:image/png;base64,…`). Searched after `directories` and before the built-in
   * ones. `npx nest-mailroom templates bundle` writes such a module. @default none
   */
  sources?: Readonly<Record<string, string>>;
  /** The language that is used when a mail asks for none, or for one that is not there. @default 'en' */
  defaultCulture?: string;
  /** Helpers of this mailer alone, beside the built-in ones. @default none */
  helpers?: Readonly<Record<string, TemplateHelper>>;
  /** Whether it is an error to print what is missing, `undefined` or no text. @default true */
  strict?: boolean;
  /** Reload templates when a file changes; for development. @default false */
  watch?: boolean;
  /** IANA time zone in which `formatDate` writes times; a mail can name its own. @default the system's */
  timeZone?: string;
  /**
   * Write the rules of `<style>` into the elements, for mail clients that ignore style sheets. Needs the package
   * `@css-inline/css-inline`. The style sheet stays where it is, for media queries; nothing is fetched. @default false
   */
  inlineCss?: boolean;
}
