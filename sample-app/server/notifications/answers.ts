import { Injectable } from '@nestjs/common';
import type { WebRequest, WebResponse } from '../web/http.js';
import { wantsPage } from '../web/http.js';
import type { MailOutcome } from './mail-outcome.js';
import { noticeOf } from './notice-of.js';
import { Notices } from './notices.js';

/** The cookie that names the notice of the next page. */
export const NOTICE_COOKIE = 'notice';

/** Answers requests that did something: a browser goes back to the page, which says what came of it. */
@Injectable()
export class Answers {
  constructor(private readonly notices: Notices) {}

  /** Answers a request that sent mails; a program gets the outcomes. */
  outcomes(request: WebRequest, response: WebResponse, outcomes: readonly MailOutcome[]): void {
    if (wantsPage(request)) this.#backTo('/#outbox', response, noticeOf(outcomes));
    else response.status(outcomes.some(({ status }) => status === 'failed') ? 502 : 200).json(outcomes);
  }

  /** Answers a request that changed something; a program gets no content. */
  done(request: WebRequest, response: WebResponse, text: string): void {
    if (wantsPage(request)) this.#backTo('/', response, { text, failed: false });
    else response.status(204).end();
  }

  #backTo(page: string, response: WebResponse, notice: Parameters<Notices['add']>[0]): void {
    const attributes = 'Path=/; Max-Age=60; HttpOnly; SameSite=Strict';
    response.setHeader('Set-Cookie', `${NOTICE_COOKIE}=${this.notices.add(notice)}; ${attributes}`);
    response.redirect(303, page);
  }
}
