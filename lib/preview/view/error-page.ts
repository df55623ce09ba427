import type { PreviewReply } from '../http/preview-reply.js';
import type { PreviewRequest } from '../http/preview-request.js';
import { html } from './html.js';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Not understood',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not possible',
  413: 'Too large',
  500: 'That did not work',
};

/** A page that says why something is not shown, and what to do about it. */
export function errorPage(
  request: PreviewRequest,
  status: number,
  reason: string,
  remedy?: string,
): PreviewReply {
  const title = TITLES[status] ?? 'Error';
  return request.page(
    title,
    html`<section class="notice">
      <h1>${title}</h1>
      <p>${reason}</p>
      ${remedy !== undefined && html`<p>${remedy}</p>`}
    </section>`,
    status,
  );
}
