import type { Transcript } from './transcript.js';

/** Counts what must come and what came, and keeps what went wrong. */
export class Tally {
  readonly #arrived = { smtp: 0, pickup: 0, handedOver: 0 };
  readonly #problems: string[] = [];

  /** @param expected how many mails the scenario has */
  constructor(
    private readonly expected: number,
    private readonly transcript: Transcript,
  ) {}

  /** A mail came: it was received by SMTP, read from a pickup file, or a real server took it. */
  arrived(how: 'smtp' | 'pickup' | 'handedOver'): void {
    this.#arrived[how] += 1;
  }

  /** Writes down whether something is as it must be. */
  check(passed: boolean, text: string, otherwise = text): void {
    this.transcript.check(passed, passed ? text : otherwise);
    if (!passed) this.#problems.push(otherwise);
  }

  /** Writes down what went wrong. */
  problem(text: string): void {
    this.check(false, text);
  }

  /** Whether everything came and everything was right. */
  get complete(): boolean {
    return this.#problems.length === 0 && this.#count === this.expected;
  }

  /** The result in lines. */
  summary(): string[] {
    const { smtp, pickup, handedOver } = this.#arrived;
    const ways = [
      smtp > 0 && `${smtp} by SMTP`,
      pickup > 0 && `${pickup} in the pickup directory`,
      handedOver > 0 && `${handedOver} taken by the configured server`,
    ].filter(way => way !== false);
    const missing = this.expected - this.#count;
    return [
      `${this.#count} of ${this.expected} mails arrived${ways.length > 0 ? ` (${ways.join(', ')})` : ''}`,
      ...(missing > 0 ? [`${missing} missing`] : []),
      ...this.#problems.map(problem => `Not as it must be: ${problem}`),
    ];
  }

  get #count(): number {
    const { smtp, pickup, handedOver } = this.#arrived;
    return smtp + pickup + handedOver;
  }
}
