import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { pickupHeaders } from '../../../../lib/core/delivery/pickup/pickup-headers.js';
import type { ComposedMail } from '../../../../lib/core/mime/composed-mail.js';

function mail(to: readonly string[], bcc?: readonly string[]): ComposedMail {
  return {
    envelope: { from: 'no-reply@contoso.com', to },
    messageId: '<1@contoso.com>',
    ...(bcc && { bcc }),
    bytes: async () => Buffer.alloc(0),
    stream: () => Readable.from([]),
  };
}

describe('The lines before a message in a pickup file', () => {
  it('are the envelope in the Iis dialect', () => {
    expect(pickupHeaders('Iis', mail(['ann@contoso.com', 'bob@contoso.com'])).toString()).toBe(
      'X-Sender: no-reply@contoso.com\r\nX-Receiver: ann@contoso.com\r\nX-Receiver: bob@contoso.com\r\n',
    );
  });

  it('are nothing in the Exchange dialect without blind recipients', () => {
    expect(pickupHeaders('Exchange', mail(['ann@contoso.com'])).length).toBe(0);
  });

  it('fold a long list of blind recipients', () => {
    const blind = Array.from({ length: 90 }, (_, index) => `user${index}@contoso.com`);
    const lines = pickupHeaders('Exchange', mail(blind, blind)).toString().split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['Bcc: user0@contoso.com,', ' user1@contoso.com,']);
    expect(Math.max(...lines.map(line => line.length))).toBeLessThan(78);
  });

  it('are refused beyond the 100 recipients that Exchange takes', () => {
    const many = Array.from({ length: 101 }, (_, index) => `user${index}@contoso.com`);
    expect(() => pickupHeaders('Exchange', mail(many))).toThrow(/101 recipients/);
    expect(pickupHeaders('Exchange', mail(many.slice(1))).length).toBe(0);
  });
});
