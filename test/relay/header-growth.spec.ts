import { describe, expect, it } from '@jest/globals';
import { headerValue, leadingFields, readMailHeader } from '../../lib/core/delivery/pickup/mail-header.js';
import { pickupEnvelope, travellingRanges } from '../../lib/core/delivery/pickup/pickup-envelope.js';
import { UnreadableMailError } from '../../lib/core/delivery/pickup/unreadable-mail-error.js';
import { excessOfLarge, LINEAR } from '../support/growth.js';

/** All that is read of a header before its mail is sent, or refused. */
function readAll(bytes: Buffer): unknown {
  leadingFields(bytes, name => name.startsWith('x-'));
  try {
    const header = readMailHeader(bytes, true);
    if (!header) return undefined;
    const values = header.fields.map(field => headerValue(bytes, field));
    return [values, travellingRanges(header), pickupEnvelope(bytes, header)];
  } catch (error) {
    if (error instanceof UnreadableMailError) return error;
    throw error;
  }
}

const HOSTILE: readonly [what: string, units: number, headerOf: (units: number) => string][] = [
  ['quoted pairs in a name', 4000, units => `From: a@x.yy\r\nTo: "${'\\"'.repeat(units)}" <b@x.yy>\r\n`],
  ['one long line', 20_000, units => `From: ${'a'.repeat(units)}\r\n`],
  ['one long line without a colon', 20_000, units => 'a'.repeat(units)],
  ['short fields', 2000, units => 'a:\n'.repeat(units)],
  ['short folded lines', 4000, units => `To: a@b.cc\n${' \n'.repeat(units)}`],
  ['carriage returns in one field', 4000, units => `To: a@b.cc\r${' \r'.repeat(units)}`],
  ['Bcc fields between others', 1000, units => `From: a@b.cc\n${'Bcc: a@b.cc\nX: y\n'.repeat(units)}`],
  ['X-Receiver lines', 1000, units => `X-Sender: a@b.cc\n${'X-Receiver: a@b.cc\n'.repeat(units)}`],
  ['bad X-Receiver lines', 1000, units => `X-Sender: a@b.cc\n${'X-Receiver: x\n'.repeat(units)}`],
  ['From fields', 1000, units => `${'From: x, y\n'.repeat(units)}To: a@b.cc\n`],
  ['blanks', 20_000, units => `From: a@b.cc${' '.repeat(units)}x\nTo: a@b.cc\n`],
];

describe('The time for a header grows no faster than the header', () => {
  it.each(HOSTILE)('of %s', async (_what, units, headerOf) => {
    const bytesOf = (count: number): Buffer => Buffer.from(`${headerOf(count)}\r\n\r\n`);
    expect(await excessOfLarge(readAll, bytesOf, units)).toBeLessThan(LINEAR);
  });
});
