/** A helper refuses its arguments. The renderer turns it into a MailTemplateError with file and line. */
export class TemplateHelperError extends Error {
  override readonly name = 'TemplateHelperError';
}
