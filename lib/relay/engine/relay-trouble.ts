import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { writeAdvice } from '../../core/delivery/pickup/write-failure.js';
import { errnoOf, isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import type { RelayEvent } from '../relay-event.js';
import { readableText } from '../spool/held-folder.js';

/** Errors of the file system, of this process or of the whole machine, whichever file they came with. */
const NEVER_OF_A_FILE: ReadonlySet<string> = new Set([
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ESTALE',
  'ENOTCONN',
  'ENODEV',
  'EHOSTDOWN',
]);
/** Those of them that have nothing to do with a folder. */
const OF_THE_PROCESS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);
const { R_OK, W_OK, X_OK } = constants;
/** The steps that are done when there is a mail to be sent. */
const WORK = ['take', 'send'] as const;
/** How deep an error may lie in those that it caused. */
const DEEPEST_CAUSE = 5;

/** So long after something went wrong nothing is tried; then the work itself finds out whether it is over. */
export const TROUBLE_REST_MS = 1000;

/** Where a relay works. */
export interface RelayTroubleParts {
  /** A path that leads to the pickup directory. */
  readonly directory: () => string;
  /** The relay's own folders, those that have to be there now and then. */
  readonly own: () => readonly string[];
  readonly emit: (event: RelayEvent) => void;
}

/**
 * Trouble with the folder or the machine, which is no trouble of the mail at which it showed. As long as it lasts nothing is
 * taken; it is told once, however many steps of the work find it, until every one of them went well again.
 */
export class RelayTrouble {
  readonly #parts: RelayTroubleParts;
  /** What went wrong last in each step, and when, on the monotonic clock. */
  readonly #steps = new Map<string, { readonly reason: string; readonly at: number }>();
  #restUntil = 0;

  constructor(parts: RelayTroubleParts) {
    this.#parts = parts;
  }

  /** What is wrong; undefined when nothing is. */
  get current(): string | undefined {
    return [...this.#steps.values()][0]?.reason;
  }

  /** Milliseconds for which nothing is to be taken. */
  get restMs(): number {
    return this.#steps.size === 0 ? 0 : Math.max(0, this.#restUntil - performance.now());
  }

  /**
   * A step failed. Tells of it when it is not about a single file.
   *
   * @returns whether it is trouble of this kind; anything else is the caller's business
   */
  async explains(step: string, error: unknown): Promise<boolean> {
    if (!NEVER_OF_A_FILE.has(errnoOf(error) ?? '') && !(await this.#isBarred(error))) return false;
    this.failed(step, error);
    return true;
  }

  /** Like {@link explains}, of a step that works elsewhere too: what is wrong there is no trouble with the folder. */
  async explainsElsewhere(step: string, error: unknown): Promise<boolean> {
    if (!(await this.#isBarred(error))) return false;
    this.failed(step, error);
    return true;
  }

  /** A step failed, and not because of a single file. */
  failed(step: string, error: unknown): void {
    const reason = readableText(messageOf(error));
    const isNew = this.#steps.size === 0;
    const at = performance.now();
    this.#steps.set(step, { reason, at });
    this.#restUntil = at + TROUBLE_REST_MS;
    if (!isNew) return;
    const text = `Nothing can be taken from the folder now: ${reason}; ${writeAdvice(errnoOf(error))}. No mail is lost by that, and the relay goes on by itself as soon as it can.`;
    this.#parts.emit({ type: 'problem', reason: text });
  }

  /**
   * A step went well.
   *
   * @param began when it began, on the monotonic clock: one that began before the last failure says nothing
   */
  succeeded(step: string, began = Infinity): void {
    if ((this.#steps.get(step)?.at ?? Infinity) <= began) this.#steps.delete(step);
  }

  /** There is nothing to take or to send by which these steps could show that they go well. */
  forgetWork(): void {
    for (const step of WORK) this.#steps.delete(step);
  }

  async #isBarred(error: unknown): Promise<boolean> {
    const errno = errnoOf(error);
    if (errno === undefined) return false;
    if (OF_THE_PROCESS.has(errno)) return true;
    const { directory, own } = this.#parts;
    return (await isBarred(directory(), true)) || (await someBarred(own()));
  }
}

/** The error behind another one that says that this process or this machine has too many open files; undefined when none does. */
export function tooManyFiles(error: unknown): Error | undefined {
  let inner = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && isErrorLike(inner); depth++) {
    // The library for SMTP puts its own code in the place of that of the system.
    const original = 'originalCode' in inner && String(inner.originalCode);
    const errno = [errnoOf(inner), original].find(code => OF_THE_PROCESS.has(code || ''));
    if (errno) return Object.assign(new Error(inner.message), { code: errno });
    inner = inner.cause;
  }
  return undefined;
}

async function someBarred(folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) if (await isBarred(folder, false)) return true;
  return false;
}

/** Whether this process cannot work in a folder. */
async function isBarred(folder: string, mustExist: boolean): Promise<boolean> {
  try {
    await access(folder, R_OK | W_OK | X_OK);
    return false;
  } catch (error) {
    return mustExist || errnoOf(error) !== 'ENOENT';
  }
}
