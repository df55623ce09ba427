import type { NavigationEntry } from '../view/navigation-entry.js';
import type { PreviewReply } from './preview-reply.js';
import type { PreviewRequest } from './preview-request.js';

/** The methods that the preview knows; `HEAD` is answered as `GET` without its body. */
export type PreviewMethod = 'GET' | 'POST' | 'DELETE';

/** What is done for one method and one kind of path. */
export interface PreviewRoute {
  readonly method: PreviewMethod;
  /** Path below that of the preview, such as `/mailbox/:id/source`; `:id` stands for one segment. */
  readonly path: string;
  /** Answers. What it throws becomes a page that says so, with the status of a `PreviewNotFound` or `PreviewBadRequest`. */
  run(request: PreviewRequest): PreviewReply | Promise<PreviewReply>;
}

/** One part of the preview: an entry in the navigation, and what lies behind it. */
export interface PreviewSection extends NavigationEntry {
  readonly routes: readonly PreviewRoute[];
  /** Style that its pages need beside that of all pages. @default none */
  readonly style?: string;
}
