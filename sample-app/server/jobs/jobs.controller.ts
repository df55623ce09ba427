import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { Answers } from '../notifications/answers.js';
import type { WebRequest, WebResponse } from '../web/http.js';
import type { Job } from './job.js';
import { JobsService } from './jobs.service.js';

/** Jobs over HTTP. */
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly answers: Answers,
  ) {}

  /** All jobs. */
  @Get()
  list(): readonly Job[] {
    return this.jobs.list();
  }

  /** Mails the person who launched a job. */
  @Post(':id/notify')
  async notify(
    @Param('id') id: string,
    @Req() request: WebRequest,
    @Res() response: WebResponse,
  ): Promise<void> {
    this.answers.outcomes(request, response, await this.jobs.notifyLauncher(id));
  }
}
