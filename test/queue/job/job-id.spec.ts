import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isJobId, jobIdOf } from '../../../lib/queue/job/job-id.js';

const messageId = '<1@contoso.com>';

describe('The id of a job', () => {
  it('is one that BullMQ takes, whatever the key is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(100), (idempotencyKey, part) => {
        const id = jobIdOf({ idempotencyKey, messageId, part });
        expect(id).toMatch(/^m[\w-]{43}$/);
        expect(isJobId(id)).toBe(true);
      }),
    );
  });

  it('is the same for the same key, whatever the Message-ID is', () => {
    const first = jobIdOf({ idempotencyKey: 'order-1', messageId });
    expect(jobIdOf({ idempotencyKey: 'order-1', messageId: '<2@contoso.com>' })).toBe(first);
    expect(jobIdOf({ idempotencyKey: 'order-2', messageId })).not.toBe(first);
  });

  it('never changes with a version or with the keys of the queue', () => {
    expect(jobIdOf({ idempotencyKey: 'order-1', messageId })).toBe(
      'msfAONRaWWhnSA0y0Ax4hppCiuiKRhVEUmuYOAjV5QkE',
    );
    expect(jobIdOf({ messageId })).toBe('mBP6Jp6Bi-hLSMACoIq9J9Ad4JqbIW4DOfWOVS7qCa_4');
  });

  it('of a key that reads like a Message-ID is not that of the Message-ID', () => {
    expect(jobIdOf({ idempotencyKey: messageId, messageId })).not.toBe(jobIdOf({ messageId }));
  });

  it('differs for the parts of one send', () => {
    const ids = [undefined, 0, 1, 2].map(part => jobIdOf({ idempotencyKey: 'order-1', messageId, part }));
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(ids[1]);
  });

  it('tells keys with different halves of characters apart', () => {
    expect(jobIdOf({ idempotencyKey: '\ud800', messageId })).not.toBe(
      jobIdOf({ idempotencyKey: '\ud801', messageId }),
    );
  });
});

describe('A text is no id of a job', () => {
  it.each([
    '',
    'm',
    '12345',
    '../../etc/passwd',
    `m${'a'.repeat(42)}/`,
    `m${'a'.repeat(44)}`,
    `m${'a'.repeat(42)}\n`,
  ])('when it is %j', text => expect(isJobId(text)).toBe(false));
});
