/** One certifier's share of a campaign. */
export interface CertificationShare {
  /** Login of the certifier. */
  readonly certifier: string;
  /** How many access rights this certifier still has to confirm or withdraw. */
  readonly remaining: number;
}

/** An access certification: people confirm that others still need the access rights they have. */
export interface CertificationCampaign {
  readonly id: string;
  readonly name: string;
  readonly closesAt: Date;
  readonly shares: readonly CertificationShare[];
}
