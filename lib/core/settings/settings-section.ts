import { shownName } from '../redaction/may-be-secret.js';

/** Words for what throws when it is read. */
export const UNREADABLE = 'cannot be read: its getter throws';

/** Properties of resolved settings that are not enumerable. */
const HIDDEN = ['password', 'privateKey', 'clientSecret', 'certificate', 'refreshToken'] as const;

/** A section of the settings whose keys are matched in any case, as .NET configuration does. */
export class SettingsSection {
  readonly #entries = new Map<string, { key: string; value: unknown }>();
  readonly #repeated = new Set<string>();
  readonly #unreadable = new Set<string>();

  /** @param source each of its values is read once; what throws is kept apart, see {@link reportUnreadable} */
  constructor(source: object) {
    for (const key of this.#keysOf(source)) {
      try {
        this.#add(key, Reflect.get(source, key));
      } catch {
        // Not the message: what throws may tell what it has read.
        this.#unreadable.add(key);
      }
    }
  }

  #keysOf(source: object): string[] {
    try {
      // Secrets of resolved settings are not enumerable; when they are read as input again they must not be lost.
      const hidden = HIDDEN.filter(
        secret => Object.getOwnPropertyDescriptor(source, secret)?.enumerable === false,
      );
      return [...Object.keys(source), ...hidden];
    } catch {
      this.#unreadable.add('');
      return [];
    }
  }

  #add(key: string, value: unknown): void {
    // .NET reads null and the empty string as "not set".
    if (value === undefined || value === null || value === '') return;
    const folded = key.toLowerCase();
    const known = this.#entries.get(folded);
    if (known && known.value !== value) this.#repeated.add(key);
    this.#entries.set(folded, { key, value });
  }

  /** The value of a key, or undefined when it is not set. */
  value(key: string): unknown {
    return this.#entries.get(key.toLowerCase())?.value;
  }

  /** The key as the administrator wrote it. */
  written(key: string): string {
    return this.#entries.get(key.toLowerCase())?.key ?? key;
  }

  /** A section below this one, or undefined when the key is not set or holds no object. */
  section(key: string): SettingsSection | undefined {
    const value = this.value(key);
    return isRecord(value) ? new SettingsSection(value) : undefined;
  }

  /** All keys that are set, as written. */
  keys(): string[] {
    return [...this.#entries.values()].map(entry => entry.key);
  }

  /** Keys written more than once, in different case and with different values. */
  repeated(): string[] {
    return [...this.#repeated];
  }

  /**
   * Tells of values whose getters throw.
   *
   * @param whole names an object that does not even tell its keys
   */
  reportUnreadable(whole: string, report: (key: string, message: string) => void): void {
    for (const key of this.#unreadable) report(key === '' ? whole : shownName(key), UNREADABLE);
  }
}

/** Whether a value is an object with keys, as a JSON object is. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** A proxy that was revoked does not even tell whether it is a list; whoever reads its keys finds that they cannot be read. */
function isList(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}
