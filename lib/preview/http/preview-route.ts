import type { PreviewReply } from './preview-reply.js';
import type { PreviewRequest } from './preview-request.js';

/** The methods that the preview knows; `HEAD` is answered as `GET` without its body. */
export type PreviewMethod = 'GET' | 'POST' | 'DELETE';

/** What is done for one method and one kind of path. */
export interface PreviewRoute {
  readonly method: PreviewMethod;
  /** Path below that of the preview, such as `/mailbox/:id/source`; `:id` stands for one segment. */
  readonly path: string;
  /** Answers. What it throws becomes a page that says so, with the status of {@link PreviewNotFound} or {@link PreviewBadRequest}. */
  run(request: PreviewRequest): PreviewReply | Promise<PreviewReply>;
}

/** One part of the preview: an entry in the navigation, and what lies behind it. */
export interface PreviewSection {
  /** Words in the navigation. */
  readonly title: string;
  /** Path of its first page, below that of the preview. */
  readonly path: string;
  readonly routes: readonly PreviewRoute[];
  /** Style that its pages need beside that of all pages. @default none */
  readonly style?: string;
}

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
