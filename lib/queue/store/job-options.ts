import type { JobsOptions, KeepJobs } from 'bullmq';
import type { KeptJobs } from '../mail-queue-options.js';

/** What all jobs of a queue have in common for BullMQ. */
export function jobOptions(keepCompleted: KeptJobs, keepFailed: KeptJobs): JobsOptions {
  return {
    // Tries are counted by the worker, by what the mail server has said.
    attempts: 1,
    removeOnComplete: kept(keepCompleted),
    removeOnFail: kept(keepFailed),
    stackTraceLimit: 1,
  };
}

function kept({ seconds, count }: KeptJobs): KeepJobs | false {
  if (seconds !== undefined) return { age: seconds, ...(count !== undefined && { count }) };
  return count === undefined ? false : { count };
}
