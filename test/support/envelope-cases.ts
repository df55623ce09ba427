import type { PolicyVisit, SmtpPolicy } from './policy-smtp-server.js';

/** What a server says to the commands of one mail to two recipients; undefined means that it takes them. */
export interface EnvelopeCase {
  readonly mail?: string | undefined;
  readonly recipients: readonly [string | undefined, string | undefined];
  readonly data?: string | undefined;
  readonly dot?: string | undefined;
}

/** What becomes of a recipient. */
export interface RecipientFate {
  readonly fate: 'delivered' | 'deferred' | 'refused';
  /** The reply that decides it. */
  readonly reply: string;
}

const OK = undefined;
const LATER = ['450 4.7.1 greylisted', '451 4.3.0 try later', '452 4.3.1 no room', '421 4.3.2 not now'];
const NEVER = ['550 5.7.1 not you', '552 5.3.4 too big', '553 5.1.8 no such domain', '554 5.7.1 blocked'];
const ODD = ['500 5.5.2 what', '501 5.5.4 bad argument', '502 5.5.1 not here'];
/** The commands came in a wrong order, which is no refusal of the mail. */
const ORDER = '503 5.5.1 bad sequence';
const BEHIND = [
  '250 ok',
  '450 4.2.1 busy',
  '550 5.1.1 gone',
  '554 5.5.1 no sender',
  '500 what',
  '502 no',
  ORDER,
];

const behindMail = [...LATER, ...NEVER, ...ODD, ORDER].flatMap(mail =>
  BEHIND.flatMap(reply => [
    { mail, recipients: [reply, reply] as const, data: ORDER },
    { mail, recipients: [reply, '550 5.1.1 gone'] as const, data: '554 5.5.1 no valid recipients' },
  ]),
);
const REPLIES = [
  OK,
  '450 4.2.1 busy',
  '452 4.2.2 mailbox full',
  '550 5.1.1 gone',
  '552 5.2.2 full',
  '554 5.7.1 no',
  ORDER,
];
const ENDS = [
  {},
  { dot: '451 4.3.0 later' },
  { dot: '554 5.7.1 spam' },
  { data: '451 4.3.0 later' },
  { data: '554 5.7.1 no' },
  { data: ORDER },
];
const behindRecipients = REPLIES.flatMap(first =>
  REPLIES.flatMap(second => ENDS.map(end => ({ recipients: [first, second] as const, ...end }))),
);

/** Every case. */
export const ENVELOPE_CASES: readonly EnvelopeCase[] = [...behindMail, ...behindRecipients];

/** The address by which a command tells of which case it is. */
export function addressOf(index: number, who: string): string {
  return `${who}.c${index}@contoso.com`;
}

/** What the specification says must become of the two recipients. */
export function fatesOf({ mail, recipients, data, dot }: EnvelopeCase): RecipientFate[] {
  return recipients.map(reply => fateBy((mail ?? reply ?? data ?? dot) || '250 ok'));
}

function fateBy(reply: string): RecipientFate {
  const isFinal = reply.startsWith('5') && !reply.startsWith('503');
  return { fate: reply.startsWith('2') ? 'delivered' : isFinal ? 'refused' : 'deferred', reply };
}

/** A server that says what the cases say. */
export function envelopePolicy(): SmtpPolicy {
  const caseOf = (line: string): EnvelopeCase | undefined =>
    ENVELOPE_CASES[Number(/\.c(\d+)@/.exec(line)?.[1] ?? -1)];
  const currentOf = (visit: PolicyVisit): EnvelopeCase | undefined =>
    caseOf(visit.lines.findLast(line => line.startsWith('MAIL')) ?? '');
  return {
    MAIL: (_, line) => caseOf(line)?.mail,
    RCPT: (_, line) => caseOf(line)?.recipients[line.includes('<ann') ? 0 : 1],
    DATA: visit => {
      const current = currentOf(visit);
      return current?.mail === undefined && visit.recipients.length === 0 ? ORDER : current?.data;
    },
    DOT: visit => currentOf(visit)?.dot,
  };
}
