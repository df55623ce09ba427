import type { HeaderFields } from './header-fields.js';

/** Named once more than they occur (RFC 6376 8.15): nobody can add another without breaking the signature. */
const OVERSIGNED: ReadonlySet<string> = new Set([
  'from',
  'reply-to',
  'subject',
  'date',
  'to',
  'cc',
  'message-id',
  'mime-version',
  'content-type',
]);
/** Signed where they occur, every one of them: RFC 6376 5.4.1, and what mailbox providers ask for (RFC 8058 4). */
const SIGNED: readonly string[] = [
  ...OVERSIGNED,
  'content-transfer-encoding',
  'sender',
  'resent-date',
  'resent-from',
  'resent-to',
  'resent-cc',
  'in-reply-to',
  'references',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
  'auto-submitted',
];
/** Servers on the way add, change or remove these (RFC 6376 5.4); `Bcc` never leaves. */
export const NEVER_SIGNED: ReadonlySet<string> = new Set([
  'bcc',
  'return-path',
  'received',
  'dkim-signature',
]);

/** Which fields of a header are signed. */
export class SignedFields {
  /** Each name, and whether it is signed once more than it occurs. */
  readonly #names: ReadonlyMap<string, boolean>;

  private constructor(names: ReadonlyMap<string, boolean>) {
    this.#names = names;
  }

  /**
   * The list of this module, or a list of the developer's.
   *
   * @param names the list in lower case; a name that occurs twice is oversigned. @default the list of this module
   * @param skipped names to leave out, in lower case
   */
  static from(names: readonly string[] | undefined, skipped: ReadonlySet<string> = new Set()): SignedFields {
    const all = (names ?? SIGNED).filter(name => !skipped.has(name));
    const oversigned = (name: string): boolean =>
      names ? names.filter(other => other === name).length > 1 : OVERSIGNED.has(name);
    return new SignedFields(new Map(all.map(name => [name, oversigned(name)])));
  }

  /** The names for the tag `h=`, in the order in which the fields are signed. */
  namesIn(header: HeaderFields): string[] {
    const list: string[] = [];
    for (const [name, oversigned] of this.#names) {
      const times = header.count(name) + (oversigned ? 1 : 0);
      for (let time = 0; time < times; time++) list.push(name);
    }
    return list;
  }
}
