/** Thrown by a route: there is no such thing. The message is shown. */
export class PreviewNotFound extends Error {
  override readonly name = 'PreviewNotFound';
}

/** Thrown by a route: what was sent cannot be used. The message is shown. */
export class PreviewBadRequest extends Error {
  override readonly name = 'PreviewBadRequest';
  readonly status: number;

  /** @param status @default 400 */
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}
