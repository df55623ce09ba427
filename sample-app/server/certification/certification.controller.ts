import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Answers } from '../notifications/answers.js';
import type { WebRequest, WebResponse } from '../web/http.js';
import type { CertificationCampaign } from './certification-campaign.js';
import { CertificationService } from './certification.service.js';

/** Certifications over HTTP. */
@Controller('certifications')
export class CertificationController {
  constructor(
    private readonly certification: CertificationService,
    private readonly answers: Answers,
  ) {}

  /** All campaigns. */
  @Get()
  list(): readonly CertificationCampaign[] {
    return this.certification.list();
  }

  /** Mails the certifiers. */
  @Post(':id/notify')
  async notify(
    @Param('id') id: string,
    @Req() request: WebRequest,
    @Res() response: WebResponse,
  ): Promise<void> {
    this.answers.outcomes(request, response, await this.certification.notifyCertifiers(id));
  }
}
