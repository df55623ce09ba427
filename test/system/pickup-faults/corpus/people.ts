import type { MailMessageBase } from '../../../../lib/core/message/mail-message.js';
import type { ExpectedMailbox } from './expected-mail.js';

const NAMES = [
  '',
  'Ann Archer',
  'Jürgen Müller',
  '山田太郎',
  'Doe, John "JD"',
  'back\\slash',
  '.dot',
  "O'Neil (sales)",
  '=?utf-8?Q?name?=',
  'two  spaces',
  'x'.repeat(150),
  'ж'.repeat(120),
  '👩‍👩‍👧 Family',
];
const DOMAINS = [
  ['contoso.com', 'contoso.com'],
  ['mail.contoso.com', 'mail.contoso.com'],
  ['münchen.example', 'xn--mnchen-3ya.example'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
] as const;

interface Person {
  readonly name: string;
  readonly written: string;
  readonly address: string;
}

/** Who a mail is from and to: the fields of the message, and what must stand in its headers. */
export interface People {
  readonly fields: MailMessageBase;
  readonly mailboxes: Readonly<Record<string, readonly ExpectedMailbox[]>>;
  readonly blind: readonly string[];
}

/** Makes people up: a few, or exactly `many` recipients. */
export function people(prefix: string, next: (below: number) => number, many: number): People {
  let count = 0;
  const list = (length: number): Person[] =>
    Array.from({ length }, () => {
      const local = `${prefix}-${count++}`;
      const [written, ascii] = DOMAINS[next(DOMAINS.length)] ?? DOMAINS[0];
      const name = NAMES[next(NAMES.length)] ?? '';
      return { name, written: `${local}@${written}`, address: `${local}@${ascii}` };
    });
  const to = list(many > 0 ? Math.round(many * 0.6) : next(4));
  const cc = list(many > 0 ? Math.round(many * 0.25) : next(3));
  const bcc = list(
    many > 0 ? many - to.length - cc.length : to.length + cc.length === 0 ? 1 + next(3) : next(3),
  );
  const from = list(next(6) === 0 ? 2 : 1);
  const replyTo = list(next(2));
  // Somebody who is named openly is not blind.
  const both = next(5) === 0 ? to.slice(0, 1) : [];
  return {
    fields: {
      to: to.map(asInput),
      cc: cc.map(asInput),
      bcc: [...bcc, ...both].map(asInput),
      from: from.map(asInput),
      replyTo: replyTo.map(asInput),
    },
    mailboxes: {
      From: from.map(asExpected),
      Sender: from.length > 1 ? from.slice(0, 1).map(asExpected) : [],
      To: to.map(asExpected),
      Cc: cc.map(asExpected),
      'Reply-To': replyTo.map(asExpected),
    },
    blind: bcc.map(({ address }) => address),
  };
}

function asInput({ name, written }: Person): { name?: string; address: string } {
  return { ...(name !== '' && { name }), address: written };
}

function asExpected({ name, address }: Person): ExpectedMailbox {
  return [name, address];
}
