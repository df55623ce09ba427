import type { Script } from '../../support/scripted-smtp-server.js';
import type { StageName } from './stages.js';

/** What a fault means to a send. */
export type FaultKind =
  /** The server has answered no. */
  | 'refused'
  /** The connection has ended. */
  | 'lost'
  /** The server has not answered in time. */
  | 'late'
  /** The server has said what is no SMTP reply. */
  | 'garbage';

/** One way for a server to fail. */
export interface Fault {
  /** Completes the sentence "A server that …". */
  readonly words: string;
  readonly kind: FaultKind;
  readonly steps: Script;
  readonly responseCode?: number;
  readonly enhancedCode?: string;
  /** What the message of the error must say. */
  readonly says: RegExp;
  /** Whether the connection can be used for the next mail, where a reply alone does not end it. */
  readonly survivable?: boolean;
  /** The stages at which this is no fault, or another one. */
  readonly except?: readonly StageName[];
}

const MEGABYTES = 2 * 1024 * 1024;
const LONG = 'x'.repeat(MEGABYTES);
const MANY_LINES = `554-5.7.1 ${'y'.repeat(500)}\r\n`.repeat(4200);

function refusal(words: string, reply: string, more: Partial<Fault> = {}): Fault {
  const [, code, enhanced] = /^(\d{3})[ -](\d\.\d\.\d)?/.exec(reply) ?? [];
  return {
    words,
    kind: 'refused',
    steps: [{ send: reply }],
    responseCode: Number(code),
    ...(enhanced !== undefined && { enhancedCode: enhanced }),
    says: new RegExp(reply.slice(0, 12).replaceAll('.', '\\.')),
    survivable: true,
    ...more,
  };
}

function loss(words: string, ...steps: Script): Fault {
  return { words, kind: 'lost', steps, says: /closed|reset|ECONNRESET|EPIPE|connection/i };
}

function lateness(words: string, ...steps: Script): Fault {
  // In the middle of the message nobody waits for the server; only what it has begun to say is due.
  return { words, kind: 'late', steps, says: /setting (?:Connection|Socket|Data)Timeout/ };
}

function garbage(words: string, reply: string | Buffer): Fault {
  return { words, kind: 'garbage', steps: [{ send: reply }], says: /no SMTP reply/ };
}

/** Every fault. */
export const FAULTS: readonly Fault[] = [
  refusal('puts it off with 4yz', '451 4.3.0 come back later\r\n'),
  refusal('refuses with 5yz', '554 5.7.1 not from here\r\n'),
  refusal('says 421 and closes', '421 4.3.2 shutting down\r\n', {
    steps: [{ send: '421 4.3.2 shutting down\r\n' }, { close: true }],
    survivable: false,
  }),
  refusal('says 421 and resets the connection', '421 4.3.2 shutting down\r\n', {
    steps: [{ send: '421 4.3.2 shutting down\r\n' }, { waitMs: 30 }, { reset: true }],
    survivable: false,
  }),
  refusal('refuses in 2 MB of one line', `554 5.7.1 ${LONG}\r\n`),
  refusal('refuses in 2 MB of many lines', `${MANY_LINES}554 5.7.1 end\r\n`),
  { ...lateness('says nothing', { silence: true }), except: ['message'] },
  lateness('drips a reply of one line', { drip: `250 ${'d'.repeat(400)}\r\n`, everyMs: 25 }),
  lateness('drips a reply of many lines', { drip: '250-d\r\n'.repeat(60), everyMs: 25 }),
  lateness('says half a reply and no more', { send: '25' }, { silence: true }),
  lateness('says 250 without a line end and no more', { send: '250 ok' }, { silence: true }),
  loss('closes the connection', { close: true }),
  loss('resets the connection', { reset: true }),
  loss('says half a reply and closes', { send: '25' }, { close: true }),
  loss('says 250 without a line end and closes', { send: '250' }, { close: true }),
  loss('says half a reply of many lines and closes', { send: '250-one\r\n250-tw' }, { close: true }),
  loss(
    'sends the bytes of a TLS alert and closes',
    { send: Buffer.from([21, 3, 1, 0, 2, 2, 40]) },
    { close: true },
  ),
  {
    words: 'talks for 5 MB without a line end',
    kind: 'lost',
    steps: [{ send: 'z'.repeat(5 * 1024 * 1024) }, { silence: true }],
    says: /exceeds maximum/,
  },
  garbage('speaks HTTP', 'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n'),
  garbage('sends NUL bytes and terminal escapes', 'a\0b\u001B[31mred\u0007\r\n'),
  garbage('sends binary', Buffer.from([0x80, 0xff, 0x00, 0x9b, 0x31, 0x6d, 0x0a])),
  garbage('answers 000', '000 nothing\r\n'),
  garbage('answers 199', '199 wait\r\n'),
  garbage('answers 999', '999 whatever\r\n'),
  garbage('answers in lines that do not agree', '250-yes\r\n550 no\r\n'),
];
