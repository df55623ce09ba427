import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { WebResponse } from '../web/http.js';
import { fieldOf } from '../web/http.js';
import { sendPage } from '../web/page.js';
import { PasswordResetService } from './password-reset.service.js';
import { passwordSet, refusedLink, resetForm } from './reset-page.js';
import type { TokenRefusal } from './token-check.js';

const STATUS: Readonly<Record<TokenRefusal, number>> = { expired: 410, used: 410, invalid: 400 };

/** The page that the link of a reset mail opens. */
@Controller('reset-password')
export class ResetPasswordController {
  constructor(private readonly resets: PasswordResetService) {}

  /** The form, or why the link does not work. */
  @Get()
  async open(@Query() query: unknown, @Res() response: WebResponse): Promise<void> {
    const token = fieldOf(query, 'token');
    const check = await this.resets.check(token);
    if (check.ok) sendPage(response, 200, resetForm(token, check.person));
    else sendPage(response, STATUS[check.refusal], refusedLink(check.refusal));
  }

  /** Sets the password. */
  @Post()
  async set(@Body() body: unknown, @Res() response: WebResponse): Promise<void> {
    const token = fieldOf(body, 'token');
    const result = await this.resets.reset(token, fieldOf(body, 'password'), fieldOf(body, 'repeated'));
    if (result.done) return sendPage(response, 200, passwordSet(result.person));
    if ('refusal' in result) return sendPage(response, STATUS[result.refusal], refusedLink(result.refusal));
    const check = await this.resets.check(token);
    if (check.ok) sendPage(response, 422, resetForm(token, check.person, result.problem));
    else sendPage(response, STATUS[check.refusal], refusedLink(check.refusal));
  }
}
