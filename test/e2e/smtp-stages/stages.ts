import type { MailDeliveryErrorCode, MailDeliveryPhase } from 'nest-mailroom';
import { createCertificateAuthority } from '../../support/certificates.js';
import type { Script, ScriptStep } from '../../support/scripted-smtp-server.js';

/** Where in a conversation a fault stands. */
export type StageName =
  'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'message' | 'after-dot';

/** What is documented of a failure at a stage. */
export interface StageOutcome {
  readonly code: MailDeliveryErrorCode;
  readonly phase: MailDeliveryPhase;
}

/** One stage of a conversation. */
export interface Stage {
  readonly name: StageName;
  /** As it stands in the names of tests. */
  readonly words: string;
  readonly refused: StageOutcome;
  readonly lost: StageOutcome;
  /** The setting that bounds a wait here. */
  readonly bound: 'ConnectionTimeout' | 'SocketTimeout' | 'DataTimeout';
}

const CONNECT: StageOutcome = { code: 'EMAILCONNECT', phase: 'connect' };
const ENVELOPE: StageOutcome = { code: 'EMAILENVELOPE', phase: 'envelope' };
const DATA: StageOutcome = { code: 'EMAILDATA', phase: 'data' };

function stage(
  name: StageName,
  words: string,
  bound: Stage['bound'],
  refused: StageOutcome,
  lost: StageOutcome = refused,
): Stage {
  return { name, words, bound, refused, lost };
}

/** Every stage, by its name. */
export const STAGES: Readonly<Record<StageName, Stage>> = {
  greeting: stage('greeting', 'instead of the greeting', 'ConnectionTimeout', CONNECT),
  ehlo: stage('ehlo', 'in answer to EHLO', 'ConnectionTimeout', CONNECT),
  starttls: stage('starttls', 'in answer to STARTTLS', 'ConnectionTimeout', {
    code: 'EMAILTLS',
    phase: 'tls',
  }),
  auth: stage('auth', 'in answer to AUTH', 'ConnectionTimeout', { code: 'EMAILAUTH', phase: 'auth' }),
  mail: stage('mail', 'in answer to MAIL', 'SocketTimeout', ENVELOPE),
  rcpt: stage('rcpt', 'in answer to RCPT', 'SocketTimeout', ENVELOPE),
  data: stage('data', 'in answer to DATA', 'SocketTimeout', DATA, ENVELOPE),
  message: stage('message', 'in the middle of the message', 'SocketTimeout', DATA),
  'after-dot': stage('after-dot', 'after the dot', 'DataTimeout', DATA, {
    code: 'EMAILUNKNOWN',
    phase: 'after-data',
  }),
};

export const PASSWORD = 's3cret-p4ssword';
export const BODY = 'the-body-of-the-mail';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
/** The authority that the scripted servers' certificates come from. */
export const AUTHORITY = authority.cert;

/** What a server offers. */
export interface Offer {
  readonly pipelining?: boolean;
  readonly tls?: boolean;
}

/** The replies of a server that takes a mail, padded where a test wants that. */
export function transaction(pad: (reply: string) => string = reply => reply): Script {
  return [
    { expect: /^MAIL FROM/, send: pad('250 sender ok') },
    { expect: /^RCPT TO/, send: pad('250 recipient ok') },
    { expect: 'DATA', send: pad('354 go ahead') },
    { expectData: true, send: pad('250 2.0.0 taken') },
  ].map(step => ({ ...step, send: ended(step.send) }));
}

/** How a server lets a client go that is done. */
export const GOODBYE: Script = [{ expect: 'QUIT', send: '221 bye\r\n' }, { close: true }];

/** A whole conversation in which one mail is taken. */
export function goodScript(offer: Offer): Script {
  return [...steps('ehlo', offer), ...transaction(), ...GOODBYE];
}

/** A conversation up to a stage: the command there has been read, and no answer given. */
export function upTo(name: StageName, offer: Offer): Script {
  if (name === 'greeting') return [];
  if (name === 'ehlo') return [{ send: '220 hi\r\n' }, { expect: /^EHLO/ }];
  if (name === 'starttls') return [...steps('starttls', offer).slice(0, -2), { expect: 'STARTTLS' }];
  if (name === 'auth') return unanswered(steps('ehlo', offer));
  const taken: Script = [...steps('ehlo', offer), ...transaction()];
  const left = { mail: 3, rcpt: 2, data: 1, message: 1, 'after-dot': 0 }[name];
  const reached = left === 0 ? taken : taken.slice(0, -left);
  // The client has heard that it may go ahead when the first line of the message is there.
  return name === 'message' ? [...reached, { expect: /./ }] : unanswered(reached);
}

/** What has been sent along with the command at a stage and must be answered, too. */
export function answersBehind(name: StageName, { pipelining = false }: Offer): Script {
  if (!pipelining) return [];
  const out: ScriptStep = { expect: 'DATA', send: '503 5.5.1 nobody to send to\r\n' };
  if (name === 'mail') return [{ expect: /^RCPT TO/, send: '503 5.5.1 no sender\r\n' }, out];
  return name === 'rcpt' ? [out] : [];
}

function steps(until: 'ehlo' | 'starttls', { pipelining = false, tls = false }: Offer): Script {
  const extensions = [...(pipelining ? ['PIPELINING'] : []), 'AUTH PLAIN'];
  const hello: ScriptStep = { expect: /^EHLO/, send: ehloReply(extensions) };
  const clear: Script = [{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: ehloReply(['STARTTLS']) }];
  const secured: Script = [...clear, { expect: 'STARTTLS', send: '220 go\r\n' }, { startTls: certificate }];
  if (until === 'starttls') return secured;
  const login: ScriptStep = { expect: /^AUTH PLAIN/, send: '235 welcome\r\n' };
  return [...(tls ? secured : [{ send: '220 hi\r\n' }]), hello, login];
}

function ehloReply(extensions: readonly string[]): string {
  return ['hi', ...extensions]
    .map((line, index, all) => `250${index < all.length - 1 ? '-' : ' '}${line}\r\n`)
    .join('');
}

function unanswered(script: Script): Script {
  const last = script.at(-1);
  if (last && 'expect' in last) return [...script.slice(0, -1), { expect: last.expect }];
  return [...script.slice(0, -1), { expectData: true }];
}

function ended(reply: string): string {
  return reply.endsWith('\r\n') ? reply : `${reply}\r\n`;
}
