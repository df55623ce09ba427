import type { Transcript } from './transcript.js';

/** How a mail came: received by SMTP, read from a pickup file, or taken by a real server. */
export type Arrival = 'smtp' | 'pickup' | 'handedOver';

/** What a mail went through before. */
export type Stopover = 'relayed' | 'queued';

const STOPOVERS: Readonly<Record<Stopover, string>> = {
  relayed: 'the pickup directory and the Relay',
  queued: 'the queue and the Worker',
};

const WAYS: Readonly<Record<Arrival, string>> = {
  smtp: 'by SMTP',
  pickup: 'in the pickup directory',
  handedOver: 'taken by the configured server',
};

/** Counts what must come and what came, and keeps what went wrong. */
export class Tally {
  readonly #arrived: { how: Arrival; by: Stopover | undefined }[] = [];
  readonly #problems: string[] = [];

  /** @param expected how many mails the scenario has */
  constructor(
    private readonly expected: number,
    private readonly transcript: Transcript,
  ) {}

  /** A mail came, and what it went through. */
  arrived(how: Arrival, by?: Stopover): void {
    this.#arrived.push({ how, by });
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
    return this.#problems.length === 0 && this.#arrived.length === this.expected;
  }

  /** The result in lines. */
  summary(): string[] {
    const ways = (['smtp', 'pickup', 'handedOver'] as const).flatMap(how => this.#way(how));
    const missing = this.expected - this.#arrived.length;
    return [
      `${this.#arrived.length} of ${this.expected} mails arrived${ways.length > 0 ? ` (${ways.join('; ')})` : ''}`,
      ...(missing > 0 ? [`${missing} missing`] : []),
      ...this.#problems.map(problem => `Not as it must be: ${problem}`),
    ];
  }

  #way(how: Arrival): string[] {
    const all = this.#arrived.filter(arrival => arrival.how === how);
    if (all.length === 0) return [];
    const through = (['queued', 'relayed'] as const).flatMap(stopover => {
      const number = all.filter(({ by }) => by === stopover).length;
      return number > 0 ? [`, ${number} of them through ${STOPOVERS[stopover]}`] : [];
    });
    return [`${all.length} ${WAYS[how]}${through.join('')}`];
  }
}
