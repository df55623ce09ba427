import { Controller, Get, Header, Inject, Optional, Req, Res } from '@nestjs/common';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { CertificationService } from '../certification/certification.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import { NOTICE_COOKIE } from '../notifications/answers.js';
import { Notices } from '../notifications/notices.js';
import { Outbox } from '../notifications/outbox.js';
import { ProvisioningService } from '../provisioning/provisioning.service.js';
import { homePage } from './home-page.js';
import type { WebRequest, WebResponse } from './http.js';
import { cookieOf } from './http.js';
import { sendPage } from './page.js';
import { PREVIEW_PATH } from './preview-path.js';
import { STYLE } from './style.js';

/** The first page and what every page needs. */
@Controller()
export class HomeController {
  constructor(
    private readonly directory: DirectoryService,
    private readonly accounts: AccountsService,
    private readonly provisioning: ProvisioningService,
    private readonly certification: CertificationService,
    private readonly jobs: JobsService,
    private readonly outbox: Outbox,
    private readonly notices: Notices,
    @Optional() @Inject(PREVIEW_PATH) private readonly previewPath: string | undefined,
  ) {}

  /** The first page; what the last click came to, it says once. */
  @Get()
  home(@Req() request: WebRequest, @Res() response: WebResponse): void {
    const cookie = cookieOf(request, NOTICE_COOKIE);
    const notice = cookie === undefined ? undefined : this.notices.take(cookie);
    if (cookie !== undefined) response.setHeader('Set-Cookie', `${NOTICE_COOKIE}=; Path=/; Max-Age=0`);
    const people = this.directory
      .list()
      .map(person => ({ ...person, hasPassword: this.accounts.hasPassword(person.login) }));
    const page = homePage({
      people,
      reviews: this.provisioning.list(),
      campaigns: this.certification.list(),
      jobs: this.jobs.list(),
      outbox: this.outbox.list(),
      notice,
      previewPath: this.previewPath,
    });
    sendPage(response, 200, page);
  }

  /** The style sheet. */
  @Get('style.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return STYLE;
  }
}
