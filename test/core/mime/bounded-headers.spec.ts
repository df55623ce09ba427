import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { readHeaders } from '../../../lib/core/message/message-headers.js';
import {
  encodeOwnHeader,
  encodeText,
  formatHeader,
  formatMailboxes,
  formatOwnHeader,
} from '../../../lib/core/mime/header-text.js';
import { excessOf } from '../../support/growth.js';

const LONGEST = 64 * 1024;
/** What is four times as long may take four times as long, and some; with the square it would take four times more. */
const BOUND = { pieces: 4, most: 2.25 };

/** Does it, or is told in words that it cannot be done. */
function tried(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof MailMessageError)) throw error;
  }
}

const PIECES = ['x', 'word ', 'é', 'é ', '🎉', '=?', '=?utf-8?Q?x?= ', ' ', '"', '\ud83d', '\t'];
const STRUCTURE = [
  '(',
  '()',
  '<',
  '<>',
  '"',
  '\\"',
  ',',
  '<https://a.example/ü>,',
  '<https://a.example/',
  'a@b.c, ',
  'ü <a@b.c>, ',
  '%',
  ':',
  '@',
  'no (',
];

describe('A header as long as it may be', () => {
  it.each(PIECES.map(piece => [piece]))(
    'of a text for people is written in time that grows with it: %j',
    async piece => {
      const write = (text: string): void =>
        tried(() => [
          formatHeader('Subject', encodeText(text)),
          formatHeader('X-Note', encodeOwnHeader(text)),
        ]);
      const textOf = (octets: number): string => piece.repeat(octets / piece.length);
      expect(await excessOf(write, textOf(LONGEST / 4), textOf(LONGEST), BOUND)).toBeLessThan(BOUND.most);
    },
  );

  it.each(STRUCTURE.map(piece => [piece]))(
    'with a form of its own is read and written in time that grows with it: %j',
    async piece => {
      const write = (value: string): void => {
        for (const name of [
          'List-Unsubscribe',
          'List-Post',
          'List-Id',
          'Errors-To',
          'X-Report-Abuse-To',
          'Supersedes',
          'X-Any-To',
          'X-Any',
        ])
          tried(() => {
            for (const [, field] of readHeaders({ [name]: `${value}ü` }))
              formatHeader(name, formatOwnHeader(field, formatMailboxes));
          });
      };
      const textOf = (octets: number): string => piece.repeat(octets / piece.length);
      expect(await excessOf(write, textOf(LONGEST / 4), textOf(LONGEST), BOUND)).toBeLessThan(BOUND.most);
    },
  );
});

describe('Halves of characters', () => {
  it('become U+FFFD in headers, and never broken UTF-8', () => {
    for (const text of [
      '\ud83d',
      'é\ude00',
      `${'x'.repeat(39)}\ud83d\ude00`,
      '\ud83d'.repeat(100),
      'a\ud83d é',
    ]) {
      const header = formatHeader('Subject', encodeText(text));
      const words = [...header.matchAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/g)].map(([, encoding, word = '']) =>
        encoding === 'B'
          ? Buffer.from(word, 'base64')
          : Buffer.from(
              word
                .replaceAll('_', ' ')
                .replace(/=(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(String(hex), 16))),
              'latin1',
            ),
      );
      // Each word holds whole characters (RFC 2047 5), so each is well-formed UTF-8 on its own.
      const decoded = words.map(word => new TextDecoder('utf-8', { fatal: true }).decode(word)).join('');
      expect(decoded).toBe(Buffer.from(text).toString());
    }
  });
});
