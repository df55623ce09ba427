import type { Redactor } from '../../redaction/redact.js';

/** The service extensions that a server offers in its reply to EHLO (RFC 5321 4.1.1.1). */
export class ServerExtensions {
  readonly #lines: readonly string[];
  readonly #parameters = new Map<string, string>();

  /** @param lines those of the reply, without their codes */
  constructor(lines: readonly string[]) {
    this.#lines = lines;
    for (const line of lines) {
      const name = line.split(/[\s=]/, 1)[0]?.toUpperCase() ?? '';
      if (!this.#parameters.has(name)) this.#parameters.set(name, line.slice(name.length + 1).trim());
    }
  }

  /** What the server says behind the name of an extension; undefined when it does not offer it. */
  parameterOf(extension: string): string | undefined {
    return this.#parameters.get(extension);
  }

  /**
   * The mechanisms for a login (RFC 4954), in capitals; the old form `AUTH=` counts too.
   *
   * @param redact makes them fit to be shown. @default as they came, for decisions
   */
  mechanisms(redact: Redactor = asItCame): string[] {
    return this.#lines
      .filter(line => /^AUTH[\s=]/i.test(line))
      .flatMap(line =>
        redact(line.slice(5))
          .toUpperCase()
          .split(/[\s=]+/),
      )
      .filter(Boolean);
  }
}

function asItCame(text: string): string {
  return text;
}
