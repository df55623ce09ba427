import { Injectable } from '@nestjs/common';
import type { MailOutcome } from './mail-outcome.js';

const MOST_KEPT = 50;

/** Remembers what became of the last notifications. */
@Injectable()
export class Outbox {
  readonly #outcomes: MailOutcome[] = [];

  /** Keeps an outcome. */
  add(outcome: MailOutcome): void {
    this.#outcomes.unshift(outcome);
    this.#outcomes.length = Math.min(this.#outcomes.length, MOST_KEPT);
  }

  /** The last outcomes, the newest first. */
  list(): readonly MailOutcome[] {
    return [...this.#outcomes];
  }
}
