import type { WebRequest, WebResponse } from '../web/http.js';
import { wantsPage } from '../web/http.js';
import type { MailOutcome } from './mail-outcome.js';

/** Answers a request that sent mails: a browser goes back to the page, a program gets the outcomes. */
export function answerOutcomes(
  request: WebRequest,
  response: WebResponse,
  outcomes: readonly MailOutcome[],
): void {
  if (wantsPage(request)) response.redirect(303, '/#outbox');
  else response.status(outcomes.some(({ status }) => status === 'failed') ? 502 : 200).json(outcomes);
}
