import { describe, expect, it } from '@jest/globals';
import { quotable } from '../../../../lib/core/delivery/smtp/session-redactor.js';

describe('The words of a server', () => {
  it('stand as they are when they are harmless, with the line ends of a long reply', () => {
    expect(quotable('250-Grüße\r\n250 ok')).toBe('250-Grüße\n250 ok');
  });

  it('cannot move a cursor, ring a bell or end a line of a log', () => {
    expect(quotable('550 \u001B[31mred\u0007\0 \rover \u009Bmore')).toBe(
      '550 \\u001b[31mred\\u0007\\u0000 \\rover \\u009bmore',
    );
  });

  it.each(['x'.repeat(2_000_000), '\0'.repeat(2_000_000), '250-x\n'.repeat(400_000)])(
    'are cut short with an ellipsis',
    text => {
      const quoted = quotable(text);
      expect(quoted.length).toBeLessThanOrEqual(1501);
      expect(quoted).toMatch(/…$/);
    },
  );
});
