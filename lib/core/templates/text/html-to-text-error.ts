/** Why no text can be made of HTML. Callers turn it into an error of their own, of which its message is the reason. */
export class HtmlToTextError extends Error {
  override readonly name = 'HtmlToTextError';
}
