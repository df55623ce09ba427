import type { NodemailerConnection } from './nodemailer/nodemailer-connection.js';

/**
 * Gives a connection up when its server takes longer than a setting allows, however it passes the time: the idle timer
 * of a socket starts anew with every byte of a server that sends them one by one.
 */
export class ReplyDeadline {
  readonly #connection: NodemailerConnection;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: NodemailerConnection) {
    this.#connection = connection;
  }

  /** Whether the time is running. */
  get running(): boolean {
    return this.#timer !== undefined;
  }

  /**
   * Starts the time, or starts it anew.
   *
   * @param late words for what had not happened in time
   */
  start(seconds: number, late: () => string): void {
    this.stop();
    this.#timer = setTimeout(
      () => this.#connection.giveUp(Object.assign(new Error(late()), { code: 'ETIMEDOUT' })),
      seconds * 1000,
    );
  }

  /** Lets running time begin anew. */
  renew(): void {
    this.#timer?.refresh();
  }

  /** Ends the limit. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
