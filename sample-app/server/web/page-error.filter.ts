import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException } from '@nestjs/common';
import { html } from './html.js';
import type { WebRequest, WebResponse } from './http.js';
import { wantsPage } from './http.js';
import { sendPage } from './page.js';

/** Answers a browser with a page instead of JSON when a request cannot be served. */
@Catch(HttpException)
export class PageErrorFilter implements ExceptionFilter<HttpException> {
  catch(error: HttpException, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<WebRequest>();
    const response = http.getResponse<WebResponse>();
    const status = error.getStatus();
    // The router's own message repeats the address, which may hold a token.
    const message = status === 404 ? 'There is nothing here.' : error.message;
    if (!wantsPage(request)) response.status(status).json({ statusCode: status, message });
    else
      sendPage(response, status, { title: 'That did not work', main: html`<p role="alert">${message}</p>` });
  }
}
