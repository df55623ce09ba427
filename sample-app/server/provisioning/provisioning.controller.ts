import { BadRequestException, Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Answers } from '../notifications/answers.js';
import type { WebRequest, WebResponse } from '../web/http.js';
import { fieldOf } from '../web/http.js';
import type { ProvisioningReview } from './provisioning-review.js';
import { ProvisioningService } from './provisioning.service.js';

/** Reviews over HTTP. */
@Controller('provisioning/reviews')
export class ProvisioningController {
  constructor(
    private readonly provisioning: ProvisioningService,
    private readonly answers: Answers,
  ) {}

  /** All reviews. */
  @Get()
  list(): readonly ProvisioningReview[] {
    return this.provisioning.list();
  }

  /** Mails the reviewers. */
  @Post(':id/notify')
  async notify(
    @Param('id') id: string,
    @Req() request: WebRequest,
    @Res() response: WebResponse,
  ): Promise<void> {
    this.answers.outcomes(request, response, await this.provisioning.notifyReviewers(id));
  }

  /** Approves or declines. */
  @Post(':id/decision')
  decide(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: WebRequest,
    @Res() response: WebResponse,
  ): void {
    const decision = fieldOf(body, 'decision');
    if (decision !== 'approved' && decision !== 'declined')
      throw new BadRequestException('The decision must be approved or declined');
    this.provisioning.decide(id, decision);
    this.answers.done(request, response, `The review ${id} is ${decision}.`);
  }
}
