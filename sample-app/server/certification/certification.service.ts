import { Injectable, NotFoundException } from '@nestjs/common';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import type { MailOutcome } from '../notifications/mail-outcome.js';
import { Notifier } from '../notifications/notifier.js';
import { PublicAddress } from '../notifications/public-address.js';
import { daysFromNow } from '../time.js';
import type { CertificationCampaign } from './certification-campaign.js';

/** Access certifications. */
@Injectable()
export class CertificationService {
  readonly #campaigns: readonly CertificationCampaign[] = [
    {
      id: 'c-7',
      name: 'ERP',
      closesAt: daysFromNow(12),
      shares: [
        { certifier: 'ann', remaining: 0 },
        { certifier: 'bruno', remaining: 1 },
        { certifier: 'chloe', remaining: 1284 },
      ],
    },
  ];

  constructor(
    private readonly directory: DirectoryService,
    private readonly notifier: Notifier,
    private readonly address: PublicAddress,
  ) {}

  /** All campaigns. */
  list(): readonly CertificationCampaign[] {
    return this.#campaigns;
  }

  /** Reminds the certifiers who have something left to do. */
  async notifyCertifiers(id: string): Promise<MailOutcome[]> {
    const campaign = this.#campaigns.find(candidate => candidate.id === id);
    if (!campaign) throw new NotFoundException('There is no such certification');
    const { name, closesAt } = campaign;
    const certificationUrl = `${this.address.uri}/#${campaign.id}`;
    return Promise.all(
      campaign.shares
        .filter(({ remaining }) => remaining > 0)
        .map(({ certifier, remaining }) => {
          const person = this.directory.get(certifier);
          const { displayName } = person;
          return this.notifier.notify(person, {
            template: 'certification/pending',
            context: { displayName, campaign: name, remaining, closesAt, certificationUrl },
          });
        }),
    );
  }
}
