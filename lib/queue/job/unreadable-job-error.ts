/**
 * Why a job cannot be read. `newer-format`, `unknown-key` and `unsealed` may be over once an administrator has acted: such a
 * job is put off. `foreign`, `damaged` and `changed` never are: such a job is given up.
 */
export type UnreadableJobKind =
  'newer-format' | 'unknown-key' | 'unsealed' | 'foreign' | 'damaged' | 'changed';

const PUT_OFF: ReadonlySet<UnreadableJobKind> = new Set(['newer-format', 'unknown-key', 'unsealed']);

/** A job of the store cannot be read. Its message says why and what to do, and holds nothing of the mail. */
export class UnreadableJobError extends Error {
  override readonly name = 'UnreadableJobError';
  readonly kind: UnreadableJobKind;

  /** @param message a sentence, without its full stop */
  constructor(kind: UnreadableJobKind, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
  }

  /** Whether it may be read later, when an administrator has acted. */
  get isPutOff(): boolean {
    return PUT_OFF.has(this.kind);
  }
}
