import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import type { WebResponse } from '../web/http.js';
import { fieldOf } from '../web/http.js';
import { sendPage } from '../web/page.js';
import { AccountsService } from './accounts.service.js';
import { loginForm, signedIn } from './login-page.js';
import { LONGEST_PASSWORD } from './password-rule.js';

/** Shows whether a password is right; there are no sessions, because nothing here needs one. */
@Controller('login')
export class LoginController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly directory: DirectoryService,
  ) {}

  /** The form. */
  @Get()
  form(@Res() response: WebResponse): void {
    sendPage(response, 200, loginForm());
  }

  /** Checks login and password. */
  @Post()
  async signIn(@Body() body: unknown, @Res() response: WebResponse): Promise<void> {
    const login = fieldOf(body, 'login');
    const password = fieldOf(body, 'password');
    const tooLong = [...password].length > LONGEST_PASSWORD;
    const right = !tooLong && (await this.accounts.isRight(login, password));
    const person = right ? this.directory.find(login) : undefined;
    if (person) sendPage(response, 200, signedIn(person));
    else sendPage(response, 401, loginForm({ login, problem: 'Login or password is wrong.' }));
  }
}
