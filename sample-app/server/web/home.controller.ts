import { Controller, Get, Header, Res } from '@nestjs/common';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { CertificationService } from '../certification/certification.service.js';
import { JobsService } from '../jobs/jobs.service.js';
import { Outbox } from '../notifications/outbox.js';
import { ProvisioningService } from '../provisioning/provisioning.service.js';
import { homePage } from './home-page.js';
import type { WebResponse } from './http.js';
import { sendPage } from './page.js';
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
  ) {}

  /** The first page. */
  @Get()
  home(@Res() response: WebResponse): void {
    const people = this.directory
      .list()
      .map(person => ({ ...person, hasPassword: this.accounts.hasPassword(person.login) }));
    const page = homePage({
      people,
      reviews: this.provisioning.list(),
      campaigns: this.certification.list(),
      jobs: this.jobs.list(),
      outbox: this.outbox.list(),
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
