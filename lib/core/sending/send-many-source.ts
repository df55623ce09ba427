import { isPromise } from 'node:util/types';
import { withAbortGrace } from '../concurrency/abort-grace.js';
import { atMost } from '../concurrency/at-most.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { closeStreamsOf } from './message-streams.js';
import type { SendManyCut } from './send-many-cut.js';

/** How long a source gets, once no message is wanted any more, to give its next message or to end, in milliseconds. */
export const SOURCE_GRACE_MS = 5000;

/** One answer of a source. */
export type Drawn = { readonly done: true } | { readonly done: false; readonly message: unknown };

/** An iterator of the application, which may be anything. */
interface Iterating {
  readonly iterator: object;
  readonly next: (...args: never[]) => unknown;
  readonly isAsync: boolean;
}

/** Where `sendMany` takes its messages from, one by one. Whatever is thrown in there belongs to the application. */
export class SendManySource {
  readonly #messages: unknown;
  #iterating: Iterating | undefined;
  /** Whether it has ended, failed or was left: nothing is asked of it any more. */
  #over = false;
  /** Ends the wait for a message, while the source owes one. */
  #leave: (() => void) | undefined;

  /** @param messages what the caller gave */
  constructor(messages: unknown) {
    this.#messages = messages;
  }

  /**
   * Draws the next message; without a promise where the source needs none.
   *
   * @param cut once it has come about, the source is not waited for longer than {@link SOURCE_GRACE_MS}
   * @throws MailMessageError `EMAILMESSAGE` when the source is none
   * @throws MailDeliveryError when it gave no answer in time, and was left
   * @throws what the source throws
   */
  draw(cut: SendManyCut): Drawn | Promise<Drawn> {
    if (this.#over) return { done: true };
    try {
      const { iterator, next, isAsync } = (this.#iterating ??= iterate(this.#messages));
      const answer: unknown = Reflect.apply(next, iterator, []);
      return isAsync ? this.#drawn(answer, cut) : this.#read(answer);
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  /**
   * Tells the source that no more is wanted, unless it has ended. Waits for what it does about it, such as closing a cursor,
   * for {@link SOURCE_GRACE_MS} at most; not at all while it owes a message, because it would answer that first.
   *
   * @throws what the source throws
   */
  async close(): Promise<void> {
    const { iterator } = this.#iterating ?? {};
    const leave = this.#leave;
    leave?.();
    if (this.#over || !iterator) {
      this.#over = true;
      return;
    }
    this.#over = true;
    const end: unknown = Reflect.get(iterator, 'return');
    if (typeof end !== 'function') return;
    const ending = Promise.resolve(Reflect.apply(end, iterator, []) as unknown);
    if (leave) ending.catch(() => {});
    else await atMost(SOURCE_GRACE_MS, ending);
  }

  async #drawn(answer: unknown, cut: SendManyCut): Promise<Drawn> {
    try {
      return this.#read(await this.#answered(answer, cut));
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  async #answered(answer: unknown, cut: SendManyCut): Promise<unknown> {
    const linked = cut.link();
    try {
      return await withAbortGrace(this.#unlessLeft(Promise.resolve(answer)), {
        signal: linked.signal,
        graceMs: SOURCE_GRACE_MS,
        overdue: () => {
          // A generator takes it when it comes to itself, and closes what it holds.
          this.close().catch(() => {});
          return cut.error(
            `The source gave no further message within ${SOURCE_GRACE_MS / 1000} seconds and was left; what it still holds was not sent.`,
          );
        },
      });
    } finally {
      this.#leave = undefined;
      linked.unlink();
    }
  }

  /** What is answered; the end once the source is left. A message that comes later is not sent. */
  #unlessLeft(answering: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      answering.then(resolve, reject);
      this.#leave = () => {
        resolve({ done: true });
        answering
          .then(answer => {
            const late = this.#read(answer);
            if (!late.done) closeStreamsOf(late.message);
          })
          .catch(() => {});
      };
    });
  }

  #read(answer: unknown): Drawn {
    if (typeof answer !== 'object' || answer === null)
      throw new TypeError('The source of sendMany answered next() with something that is no object.');
    if (Reflect.get(answer, 'done')) {
      this.#over = true;
      return { done: true };
    }
    return { done: false, message: Reflect.get(answer, 'value') };
  }
}

function iterate(messages: unknown): Iterating {
  if ((typeof messages === 'object' && messages !== null) || typeof messages === 'function') {
    const asynchronous: unknown = Reflect.get(messages, Symbol.asyncIterator);
    const isAsync = asynchronous !== undefined && asynchronous !== null;
    const begin: unknown = isAsync ? asynchronous : Reflect.get(messages, Symbol.iterator);
    if (typeof begin === 'function') {
      const iterator: unknown = Reflect.apply(begin, messages, []);
      const next: unknown =
        typeof iterator === 'object' && iterator !== null ? Reflect.get(iterator, 'next') : undefined;
      if (typeof iterator === 'object' && iterator !== null && typeof next === 'function')
        return { iterator, next: next as Iterating['next'], isAsync };
      throw new MailMessageError('EMAILMESSAGE', 'messages', 'has an iterator without a method next');
    }
  }
  throw new MailMessageError(
    'EMAILMESSAGE',
    'messages',
    `must be a list, a generator or another iterable of messages, but is ${nameOf(messages)}`,
  );
}

/** What was given instead; never the value, which may be a secret. */
function nameOf(messages: unknown): string {
  if (messages === null || messages === undefined) return String(messages);
  if (typeof messages === 'string') return 'a text';
  if (typeof messages === 'function') return 'a function: call it';
  if (isPromise(messages)) return 'a promise: await it';
  return typeof messages === 'object'
    ? 'an object that cannot be iterated; one message is for send'
    : `a ${typeof messages}`;
}
