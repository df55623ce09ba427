/** A role that was asked for and that reviewers must decide on. */
export interface ProvisioningReview {
  readonly id: string;
  readonly role: string;
  /** Login of the person who would get the role. */
  readonly beneficiary: string;
  /** Login of the person who asked for it. */
  readonly requester: string;
  /** Logins of the people who can decide. */
  readonly reviewers: readonly string[];
  readonly requestedAt: Date;
  readonly dueAt: Date;
  readonly state: 'pending' | 'approved' | 'declined';
}
