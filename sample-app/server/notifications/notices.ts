import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const MOST_KEPT = 50;

/** What a click came to, in a sentence or more. */
export interface Notice {
  readonly text: string;
  /** Whether something did not work. */
  readonly failed: boolean;
}

/** Keeps what the next page of a browser is to say; its cookie holds a number and nothing of it. */
@Injectable()
export class Notices {
  readonly #notices = new Map<string, Notice>();

  /** Keeps a notice. @returns the number to take it by */
  add(notice: Notice): string {
    const [oldest] = this.#notices.keys();
    if (oldest !== undefined && this.#notices.size >= MOST_KEPT) this.#notices.delete(oldest);
    const id = randomUUID();
    this.#notices.set(id, notice);
    return id;
  }

  /** The notice of a number, once. */
  take(id: string): Notice | undefined {
    const notice = this.#notices.get(id);
    this.#notices.delete(id);
    return notice;
  }
}
