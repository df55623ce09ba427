import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { TryOutcome } from '../../../lib/queue/job/job-record.js';
import {
  afterTry,
  forRetry,
  givenUp,
  pendingOf,
  progressOf,
  startOf,
} from '../../../lib/queue/job/job-record.js';
import type { JobRecord } from '../../../lib/queue/job/mail-job.js';
import { readJob } from '../../../lib/queue/job/read-job.js';
import { soundJob } from './job-parts.js';

const outcome = (facts: Partial<TryOutcome>): TryOutcome => ({
  delivered: [],
  refused: [],
  deferred: [],
  at: 1000,
  ...facts,
});
const refusal = (at: number, reason = `reason ${at}`) => ({ at, reason });

describe('The record of a mail', () => {
  it('goes on with those who neither have it nor were refused', () => {
    expect(pendingOf(undefined, 3)).toEqual([0, 1, 2]);
    const record = afterTry(
      undefined,
      3,
      outcome({ delivered: [2], refused: [refusal(0)], deferred: [refusal(1)] }),
    );
    expect(pendingOf(record, 3)).toEqual([1]);
    expect(record.endedAt).toBeUndefined();
  });

  it('ends with the try after which nobody is left', () => {
    const first = afterTry(undefined, 2, outcome({ delivered: [0], deferred: [refusal(1)] }));
    const last = afterTry(first, 2, outcome({ delivered: [1], at: 2000 }));
    expect(last).toEqual({
      tries: 2,
      delivered: [0, 1],
      refused: [],
      deferred: [],
      triedAt: 2000,
      endedAt: 2000,
    });
  });

  it('keeps what is known of those whom a try does not mention', () => {
    const first = afterTry(undefined, 3, outcome({ deferred: [refusal(0), refusal(1), refusal(2)] }));
    const second = afterTry(first, 3, outcome({ deferred: [refusal(1, 'later')] }));
    expect(second.deferred).toEqual([refusal(0), refusal(1, 'later'), refusal(2)]);
  });

  it('never takes a mail away from somebody who has it', () => {
    const first = afterTry(undefined, 2, outcome({ delivered: [0], deferred: [refusal(1)] }));
    const second = afterTry(first, 2, outcome({ refused: [refusal(0)], deferred: [refusal(0), refusal(1)] }));
    expect(second).toMatchObject({ delivered: [0], refused: [], deferred: [refusal(1)] });
  });

  it('does not count a try that no server has decided', () => {
    const record = afterTry(undefined, 1, outcome({ deferred: [refusal(0)], counts: false }));
    expect(record.tries).toBe(0);
  });

  it('remembers that a fallback took it', () => {
    const first = afterTry(undefined, 2, outcome({ delivered: [0], fallback: true }));
    expect(afterTry(first, 2, outcome({ delivered: [1] })).fallback).toBe(true);
  });

  it('forgets that it was too old once it is tried again, for whoever tries to look anew', () => {
    const old: JobRecord = { ...afterTry(undefined, 1, outcome({})), overdue: { tries: 1, since: 5 } };
    expect(afterTry(old, 1, outcome({})).overdue).toBeUndefined();
  });

  it('ends when it is given up, also before any try', () => {
    expect(givenUp(undefined, 5)).toEqual({
      tries: 0,
      delivered: [],
      refused: [],
      deferred: [],
      triedAt: 5,
      endedAt: 5,
    });
    const record = givenUp(afterTry(undefined, 1, outcome({ deferred: [refusal(0)] })), 3000);
    expect(record).toMatchObject({ deferred: [refusal(0)], endedAt: 3000, triedAt: 1000 });
  });

  it('is sound after any tries, in any order', () => {
    const place = fc.nat(4);
    const refusals = fc.array(
      place.map(at => refusal(at)),
      { maxLength: 4 },
    );
    const tries = fc.array(
      fc.record({
        delivered: fc.array(place, { maxLength: 4 }),
        refused: refusals,
        deferred: refusals,
        at: fc.nat(),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const recipients = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(
      fc.property(tries, outcomes => {
        let record: JobRecord | undefined;
        for (const one of outcomes) {
          const before: ReadonlySet<number> = new Set(record?.delivered);
          record = afterTry(record, 5, one);
          for (const at of before) expect(record.delivered).toContain(at);
          expect(record.endedAt !== undefined).toBe(pendingOf(record, 5).length === 0);
        }
        const job = soundJob({ recipients, ...(record && { record }) });
        expect(readJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
        const again = soundJob({ recipients, record: forRetry(record, 1) });
        expect(readJob(JSON.parse(JSON.stringify(again)))).toEqual(again);
      }),
    );
  });
});

describe('A retry that an operator asks for', () => {
  const tried = afterTry(
    undefined,
    3,
    outcome({ delivered: [0], refused: [refusal(2)], deferred: [refusal(1)] }),
  );

  it('is for all who do not have the mail, and leaves out who has it', () => {
    const record = forRetry(givenUp(tried, 2000), 9000);
    expect(pendingOf(record, 3)).toEqual([1, 2]);
    expect(record).toEqual({
      tries: 0,
      delivered: [0],
      refused: [],
      deferred: [refusal(1), refusal(2)],
      triedAt: 1000,
      since: 9000,
    });
  });

  it('begins the time anew after which the mail is given up', () => {
    const job = soundJob({ dueAt: 10, record: tried });
    expect(startOf(job)).toBe(10);
    expect(startOf({ ...job, record: forRetry(tried, 9000) })).toBe(9000);
    expect(startOf({ ...job, record: afterTry(forRetry(tried, 9000), 3, outcome({})) })).toBe(9000);
  });
});

describe('The progress of a mail', () => {
  const recipients = ['a***@contoso.com', 'b***@contoso.com', 'c***@contoso.com'];

  it('says nothing before the first try', () => {
    expect(progressOf({ recipients })).toEqual({ accepted: [], rejected: [], attempts: 0 });
  });

  it('names who has it, who was refused and who waits, masked, with the reasons', () => {
    const record = afterTry(
      undefined,
      3,
      outcome({
        delivered: [1],
        refused: [{ at: 2, reason: 'No such user', code: 550, enhancedCode: '5.1.1' }],
        deferred: [refusal(0, 'Try later')],
      }),
    );
    expect(progressOf({ recipients, record })).toEqual({
      accepted: ['b***@contoso.com'],
      rejected: [
        {
          address: 'c***@contoso.com',
          code: 550,
          enhancedCode: '5.1.1',
          response: 'No such user',
          retryable: false,
        },
        { address: 'a***@contoso.com', response: 'Try later', retryable: true },
      ],
      attempts: 1,
      reason: 'No such user',
    });
  });

  it.each([
    ['delivered', outcome({ delivered: [0, 1, 2] })],
    ['partly', outcome({ delivered: [0], refused: [refusal(1), refusal(2)] })],
    ['failed', outcome({ refused: [refusal(0), refusal(1), refusal(2)] })],
  ])('ends as %s', (state, one) => {
    expect(progressOf({ recipients, record: afterTry(undefined, 3, one) }).state).toBe(state);
  });
});
