import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import type { MailOutcome } from '../notifications/mail-outcome.js';
import { Notifier } from '../notifications/notifier.js';
import { PublicAddress } from '../notifications/public-address.js';
import type { Job } from './job.js';

const MINUTE_MS = 60_000;

/** Synchronisation jobs. */
@Injectable()
export class JobsService {
  readonly #jobs: readonly Job[] = [
    {
      id: 'j-220',
      name: 'Synchronise Active Directory',
      launchedBy: 'ann',
      startedAt: new Date(Date.now() - 95 * MINUTE_MS),
      result: {
        finishedAt: new Date(Date.now() - 3 * MINUTE_MS),
        created: 12,
        changed: 1730,
        removed: 4,
        errors: 2,
      },
    },
    {
      id: 'j-221',
      name: 'Compute roles',
      launchedBy: 'bruno',
      startedAt: new Date(Date.now() - 2 * MINUTE_MS),
    },
  ];

  constructor(
    private readonly directory: DirectoryService,
    private readonly notifier: Notifier,
    private readonly address: PublicAddress,
  ) {}

  /** All jobs. */
  list(): readonly Job[] {
    return this.#jobs;
  }

  /** Tells the person who launched a job that it has finished. */
  async notifyLauncher(id: string): Promise<MailOutcome[]> {
    const job = this.#jobs.find(candidate => candidate.id === id);
    if (!job) throw new NotFoundException('There is no such job');
    const { name, launchedBy, startedAt, result } = job;
    if (!result) throw new ConflictException('This job is still running');
    const seconds = Math.round((result.finishedAt.getTime() - startedAt.getTime()) / 1000);
    const person = this.directory.get(launchedBy);
    const outcome = await this.notifier.notify(person, {
      template: 'job/finished',
      context: {
        displayName: person.displayName,
        job: name,
        seconds,
        ...result,
        severity: result.errors > 0 ? 'warning' : 'success',
        jobUrl: `${this.address.uri}/#${job.id}`,
      },
    });
    return [outcome];
  }
}
