import { Readable } from 'node:stream';
import { isUint8Array } from 'node:util/types';
import { untilAborted } from '../concurrency/until-aborted.js';
import { yielding } from '../concurrency/yielding.js';
import { messageOf } from '../errors/error-facts.js';
import { isMailError } from '../errors/mail-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { MailMessage } from '../message/mail-message.js';
import { changedAsciiHead } from '../mime/changed-ascii-head.js';
import type { ComposedMail, MailEnvelope } from '../mime/composed-mail.js';
import { octetsProblem } from '../mime/octets-problem.js';
import { OfferedMail } from '../mime/offered-mail.js';
import { ReplacedMail } from '../mime/replaced-mail.js';
import type { MailHook } from './mail-hook.js';

/** Octets of a stream that are held in memory at most. */
const LONGEST_IN_MEMORY = 256 * 1024 * 1024;

/** Why what a hook has returned is no mail. Its message completes "a mail that …". */
class UnfitMailError extends Error {
  override readonly name = 'UnfitMailError';
}

/**
 * Lets hooks have the finished bytes of a mail, one after the other. Ends between two of them when the signal fires.
 *
 * @returns the mail as the last of them has left it
 * @throws MailMessageError `EMAILHOOK` when one throws something that is no error of this package, or returns a mail that
 *   cannot be delivered in place of the one that it got
 */
export async function finishMail(
  mail: ComposedMail,
  message: MailMessage,
  hooks: readonly MailHook[],
  signal: AbortSignal,
): Promise<ComposedMail> {
  let current = mail;
  for (const hook of hooks) {
    if (signal.aborted) break;
    if (!hook.beforeDelivery) continue;
    const offered = new OfferedMail(current);
    try {
      const returned = await hook.beforeDelivery(offered, message);
      if (returned && returned !== offered) current = await replaced(current, returned, signal);
    } catch (error) {
      // Whoever ended the send says why.
      if (signal.aborted) break;
      throw hookError(hook, error);
    }
  }
  return current;
}

function hookError(hook: MailHook, error: unknown): unknown {
  if (isMailError(error)) return error;
  const words =
    error instanceof UnfitMailError
      ? `returned a mail that ${error.message}; nothing was sent`
      : `failed, so that nothing was sent: ${messageOf(error)}`;
  return new MailMessageError('EMAILHOOK', `${hook.constructor.name || 'hook'}.beforeDelivery`, words, {
    ...(!(error instanceof UnfitMailError) && { cause: error }),
  });
}

/** The mail with the bytes that a hook has returned, and nothing else of what it returned: it may be a copy of the mail before. */
async function replaced(
  before: ComposedMail,
  after: ComposedMail,
  signal: AbortSignal,
): Promise<ComposedMail> {
  if (typeof after !== 'object' || after instanceof Uint8Array)
    throw new UnfitMailError(
      `is none, but ${typeof after === 'object' ? 'bytes alone' : typeof after}; return { ...mail, bytes: async () => bytes }`,
    );
  if (after.messageId !== before.messageId)
    throw new UnfitMailError('has another messageId than the mail that it was made of');
  if (!isSame(after.envelope, before.envelope))
    throw new UnfitMailError(
      'has another envelope than the mail that it was made of: the recipient policy has been applied already; add recipients in beforeSend, and give the sender as envelopeFrom',
    );
  const was = await before.bytes();
  const is = await octetsOf(after, signal);
  const problem = octetsProblem(is, was);
  if (problem !== undefined) throw new UnfitMailError(problem);
  return new ReplacedMail(before, is, before.asciiHead && changedAsciiHead(is, was, before.asciiHead));
}

/** Methods of a mail are lost where it is copied by `{ ...mail }`, so that one of the two may be missing. */
async function octetsOf(
  mail: Partial<Pick<ComposedMail, 'bytes' | 'stream'>>,
  signal: AbortSignal,
): Promise<Buffer> {
  if (typeof mail.bytes === 'function') {
    const bytes: unknown = await mail.bytes();
    // A copy: the hook may go on writing into its own.
    if (isUint8Array(bytes)) return Buffer.from(bytes);
    throw new UnfitMailError('gives no bytes: bytes() must return a Uint8Array');
  }
  if (typeof mail.stream !== 'function')
    throw new UnfitMailError(
      'has no bytes: a copy of a mail has no methods; return { ...mail, bytes: async () => bytes }',
    );
  const stream: unknown = mail.stream();
  if (!(stream instanceof Readable))
    throw new UnfitMailError('gives no bytes: stream() must return a Readable');
  try {
    return await untilAborted(collected(stream), signal);
  } finally {
    stream.destroy();
  }
}

async function collected(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let octets = 0;
  for await (const piece of yielding(stream)) {
    if (!(piece instanceof Uint8Array))
      throw new UnfitMailError('gives no bytes: its stream holds something else');
    octets += piece.length;
    if (octets > LONGEST_IN_MEMORY)
      throw new UnfitMailError(`is a stream of more than ${LONGEST_IN_MEMORY / 1024 / 1024} MiB`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The same sender, and the same recipients in any order. */
function isSame(one: MailEnvelope | undefined, other: MailEnvelope): boolean {
  if (one === other) return true;
  if (!one || !Array.isArray(one.to) || one.from !== other.from || one.to.length !== other.to.length)
    return false;
  const to = new Set(other.to);
  return one.to.every(address => to.has(address)) && new Set(one.to).size === to.size;
}
