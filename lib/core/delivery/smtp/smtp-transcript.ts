import type { Redactor } from '../../redaction/redact.js';

const MOST_LINES = 200;
const LONGEST_LINE = 1000;

/** A command or a reply. */
interface Said {
  readonly side: 'C' | 'S';
  readonly text: string;
  readonly redacted: boolean;
}

/** What client and server have said about one message, without secrets. */
export class SmtpTranscript {
  readonly #redact: Redactor;
  readonly #said: Said[] = [];

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  /** The last lines, redacted: `C: …` and `S: …`. */
  get lines(): readonly string[] {
    const lines = this.#said.flatMap(({ side, text, redacted }) =>
      (redacted ? text : this.#redact(text))
        .split(/\r?\n/)
        .map(line => `${side}: ${line.slice(0, LONGEST_LINE)}`),
    );
    return lines.slice(-MOST_LINES);
  }

  /**
   * Keeps what was said. A short text is redacted when {@link lines} is read, which happens after a failure only.
   *
   * @param side C: client, S: server
   */
  note(side: 'C' | 'S', text: string): void {
    const redacted = text.length > LONGEST_LINE;
    this.#said.push({ side, redacted, text: redacted ? shortened(this.#redact(text)) : text });
    if (this.#said.length > 2 * MOST_LINES) this.#said.splice(0, MOST_LINES);
  }

  /** Forgets all: what was said about earlier messages belongs to other people's mail. */
  clear(): void {
    this.#said.length = 0;
  }
}

/** The last lines of a long reply, each no longer than is shown of it. */
function shortened(reply: string): string {
  const lines = reply.split(/\r?\n/).slice(-MOST_LINES);
  return lines.map(line => line.slice(0, LONGEST_LINE)).join('\n');
}
