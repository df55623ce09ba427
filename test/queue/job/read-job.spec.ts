import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { JobRecord } from '../../../lib/queue/job/mail-job.js';
import { readJob } from '../../../lib/queue/job/read-job.js';
import { UnreadableJobError } from '../../../lib/queue/job/unreadable-job-error.js';
import { JOB_ID, soundJob, TOKEN, unreadable } from './job-parts.js';

const RECORD: JobRecord = {
  tries: 3,
  delivered: [0],
  refused: [{ at: 1, reason: '550 5.1.1 No such user', code: 550, enhancedCode: '5.1.1' }],
  deferred: [],
  fallback: true,
  triedAt: 1_795_000_100_000,
  endedAt: 1_795_000_100_001,
  since: 1_795_000_000_500,
  overdue: { tries: 1, since: 1_795_000_000_700 },
};

const stored = (job: unknown): unknown => JSON.parse(JSON.stringify(job));

describe('A job that the store gives', () => {
  it('reads as it was written', () => {
    const job = soundJob({
      template: 'welcome',
      culture: 'de',
      digest: { key: '0123abcd', value: 'x' },
      trace: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      content: { key: '0123abcd', place: 'directory', name: `${JOB_ID}-${TOKEN}` },
      record: RECORD,
    });
    expect(readJob(stored(job))).toEqual(job);
  });

  it('reads as it was written when it is delivered and has no content any more', () => {
    const { content: _content, ...job } = soundJob();
    expect(readJob(stored(job))).toEqual(job);
  });

  it('of this format may have fields that this version does not know', () => {
    expect(readJob({ ...soundJob(), colour: 'red' })).toEqual(soundJob());
  });

  it('of a newer format is put off, and says what is to be done', () => {
    const error = unreadable(() => readJob({ format: 2, token: 7, anything: 'else' }));
    expect(error.kind).toBe('newer-format');
    expect(error.isPutOff).toBe(true);
    expect(error.message).toBe(
      'It has format 2, and this version of nest-mailroom reads formats up to 1; update this worker',
    );
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '{"format":1}'],
    ['a list', [1]],
    ['the data of another application', { to: 'ann@contoso.com', subject: 'Hello' }],
    ['data with a format of its own', { format: 'pdf', token: TOKEN }],
    ['data with a format in its prototype', Object.create(soundJob())],
  ])('is of somebody else when it is %s', (_, data) => {
    const error = unreadable(() => readJob(data));
    expect(error.kind).toBe('foreign');
    expect(error.isPutOff).toBe(false);
    expect(error.message).not.toContain('contoso');
  });
});

describe('A job that somebody has edited is damaged', () => {
  const record = (changes: object): object => soundJob({ record: { ...RECORD, ...changes } });
  it.each([
    ['with format 0', { ...soundJob(), format: 0 }],
    ['with half a format', { ...soundJob(), format: 1.5 }],
    ['without recipients', { ...soundJob(), recipients: [] }],
    ['with a recipient that is an object', { ...soundJob(), recipients: [{}] }],
    ['with a line break in a recipient', { ...soundJob(), recipients: ['a\nb'] }],
    ['with a negative size', { ...soundJob(), size: -1 }],
    ['with a time that is a text', { ...soundJob(), dueAt: '2026' }],
    ['with a time that no Date has', { ...soundJob(), dueAt: 9e15 }],
    ['with a token that is a path', { ...soundJob(), token: '../../../../etc/passwd' }],
    ['with a content name that is a path', { ...soundJob(), content: { place: 'directory', name: '../x' } }],
    ['with two contents', { ...soundJob(), content: { bytes: 'AAAA', place: 'store' } }],
    ['with no content in its content', { ...soundJob(), content: {} }],
    ['with a content somewhere else', { ...soundJob(), content: { place: 'moon' } }],
    ['with a key id that is none', { ...soundJob(), content: { bytes: 'AAAA', key: 'x' } }],
    ['with a digest of nothing', { ...soundJob(), digest: {} }],
    ['with a trace that is a list', { ...soundJob(), trace: ['x'] }],
    ['with a trace of objects', { ...soundJob(), trace: { a: {} } }],
    ['with a record that is a list', { ...soundJob(), record: [] }],
    ['with a recipient on record that is not there', record({ delivered: [2] })],
    ['with a recipient on record below the first', record({ delivered: [-1] })],
    ['with a recipient who has it and is refused', record({ delivered: [1] })],
    ['with a recipient who has it twice', record({ delivered: [0, 0] })],
    ['with half a try', record({ tries: 0.5 })],
    ['with tries beyond counting', record({ tries: 1e300 })],
    ['with a reason that is no text', record({ refused: [{ at: 1, reason: {} }] })],
    ['with a code that no server gives', record({ refused: [{ at: 1, reason: 'x', code: 7 }] })],
    ['with a time of the try that is missing', record({ triedAt: undefined })],
  ])('%s', (_, data) => {
    const error = unreadable(() => readJob(stored(data)));
    expect(error.kind).toBe('damaged');
    expect(error.message).toMatch(/^Its data cannot be read: \S+ .*; somebody has changed it/);
    expect(error.message).not.toMatch(/passwd|moon/);
  });
});

describe('Whatever stands in a store', () => {
  it('reads as a job or is told to be none', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const edited = fc.record(
      Object.fromEntries(
        [...Object.keys(soundJob()), 'record', 'digest', 'trace', 'template'].map(name => [name, anything]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          edited.map(fields => ({ ...soundJob(), ...fields })),
        ),
        data => {
          try {
            readJob(data);
          } catch (error) {
            if (!(error instanceof UnreadableJobError)) throw error;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
