/** How a relay does, as data. */
export interface MailRelayStatus {
  /**
   * `running`; `paused`: the server cannot be used; `disabled`: the setting `Enabled` is false; `stopped`: not started,
   * or ended.
   */
  readonly state: 'running' | 'paused' | 'disabled' | 'stopped';
  /** Mails in the pickup directory and under way. The only sign of life that a writer can see: it must not grow. */
  readonly backlog: number;
  /** Milliseconds since the oldest of them was written; undefined when there is none. */
  readonly oldestAgeMs: number | undefined;
  /** Mails being worked on. */
  readonly inFlight: number;
  /** Mails that wait for another try. */
  readonly deferred: number;
  /** Mails in the badmail folder. */
  readonly badmail: number;
  /** Mails sent since the start. */
  readonly sent: number;
  /** Mails moved to the badmail folder since the start. */
  readonly rejected: number;
  /** Mails sent in the last 60 seconds. */
  readonly perMinute: number;
  /** Why nothing can be taken from the folder, or moved to badmail; the counts may then be those of the last look. */
  readonly trouble?: string;
  /** Why nothing is tried, and until when; only while `paused`. */
  readonly pause?: { readonly reason: string; readonly until: Date };
}
