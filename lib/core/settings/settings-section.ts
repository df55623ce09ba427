/** A section of the settings whose keys are matched in any case, as .NET configuration does. */
export class SettingsSection {
  readonly #entries = new Map<string, { key: string; value: unknown }>();
  readonly #repeated = new Set<string>();

  constructor(source: object) {
    for (const [key, value] of Object.entries(source)) this.#add(key, value);
    // Secrets of resolved settings are not enumerable; when they are read as input again they must not be lost.
    for (const secret of ['password', 'privateKey']) {
      const hidden = Object.getOwnPropertyDescriptor(source, secret);
      if (hidden && !hidden.enumerable) this.#add(secret, Reflect.get(source, secret));
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
}

/** Whether a value is an object with keys, as a JSON object is. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
