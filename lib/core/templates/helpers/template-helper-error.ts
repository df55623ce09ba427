/** What a helper knows of its refusal beyond the sentence. */
export interface TemplateHelperRefusal {
  /** Name of what is missing. */
  readonly missing?: string;
  /** Every path that was tried. */
  readonly searched?: readonly string[];
}

/** A helper refuses its arguments. The renderer turns it into a MailTemplateError with file and line. */
export class TemplateHelperError extends Error {
  override readonly name = 'TemplateHelperError';
  readonly refusal: TemplateHelperRefusal;

  constructor(message: string, refusal: TemplateHelperRefusal = {}) {
    super(message);
    this.refusal = refusal;
  }
}
