/** A job that synchronises accounts. */
export interface Job {
  readonly id: string;
  readonly name: string;
  /** Login of the person who launched it. */
  readonly launchedBy: string;
  readonly startedAt: Date;
  /** How it ended; absent while it runs. */
  readonly result?: JobResult;
}

/** How a job ended. */
export interface JobResult {
  readonly finishedAt: Date;
  readonly created: number;
  readonly changed: number;
  readonly removed: number;
  readonly errors: number;
}
