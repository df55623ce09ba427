import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import type { MailOutcome } from '../notifications/mail-outcome.js';
import { Notifier } from '../notifications/notifier.js';
import { PublicAddress } from '../notifications/public-address.js';
import { daysFromNow } from '../time.js';
import type { ProvisioningReview } from './provisioning-review.js';

/** Reviews of roles that were asked for. */
@Injectable()
export class ProvisioningService {
  readonly #reviews = new Map<string, ProvisioningReview>([
    [
      'r-1041',
      {
        id: 'r-1041',
        role: 'Finance – payment approver',
        beneficiary: 'dieter',
        requester: 'chloe',
        reviewers: ['ann', 'bruno'],
        requestedAt: daysFromNow(-2),
        dueAt: daysFromNow(5),
        state: 'pending',
      },
    ],
  ]);

  constructor(
    private readonly directory: DirectoryService,
    private readonly notifier: Notifier,
    private readonly address: PublicAddress,
  ) {}

  /** All reviews. */
  list(): readonly ProvisioningReview[] {
    return [...this.#reviews.values()];
  }

  /** Tells every reviewer that the review waits for them. */
  async notifyReviewers(id: string): Promise<MailOutcome[]> {
    const review = this.#pending(id);
    const context = {
      role: review.role,
      beneficiary: this.directory.get(review.beneficiary).displayName,
      requester: this.directory.get(review.requester).displayName,
      requestedAt: review.requestedAt,
      dueAt: review.dueAt,
      reviewUrl: `${this.address.uri}/#${review.id}`,
    };
    return Promise.all(
      review.reviewers.map(login => {
        const person = this.directory.get(login);
        return this.notifier.notify(person, {
          template: 'provisioning/review-pending',
          context: { displayName: person.displayName, ...context },
        });
      }),
    );
  }

  /** Ends a review. */
  decide(id: string, state: 'approved' | 'declined'): void {
    this.#reviews.set(id, { ...this.#pending(id), state });
  }

  #pending(id: string): ProvisioningReview {
    const review = this.#reviews.get(id);
    if (!review) throw new NotFoundException('There is no such review');
    if (review.state !== 'pending') throw new ConflictException(`This review is ${review.state} already`);
    return review;
  }
}
