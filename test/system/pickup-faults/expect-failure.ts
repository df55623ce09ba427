import { expect } from '@jest/globals';
import type { Answer } from './mail-writer.js';

/** Every failure names the folder, the errno and the setting, and then says what to do. */
export function expectWriteFailure(
  answer: Answer,
  expected: { folder: string; errno: string; advice: RegExp; retryable: boolean | 'unknown' },
): void {
  const { folder, errno, advice, retryable } = expected;
  expect(answer.error).toMatchObject({
    name: 'MailDeliveryError',
    code: 'EMAILWRITE',
    phase: 'write',
    retryable,
    messageId: expect.stringMatching(/^<.+@contoso\.com>$/),
    message: expect.stringContaining(`${folder} (setting PickupDirectory): ${errno}, `),
  });
  expect(answer.error?.message).toMatch(advice);
}
