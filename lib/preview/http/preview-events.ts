import type { ServerResponse } from 'node:http';
import type { PreviewReply } from './preview-reply.js';

/** Keeps proxies and browsers from giving up a connection on which nothing happens. */
const HEARTBEAT_MS = 20_000;
const MOST_LISTENERS = 100;

/** Tells open pages that something has changed (server-sent events); they then fetch it. */
export class PreviewEvents {
  readonly #open = new Set<ServerResponse>();
  readonly #due = new Set<string>();
  readonly #atEnd: (() => void)[] = [];
  #closed = false;

  /**
   * Sends an event to every open page. Changes within a tenth of a second are one event.
   *
   * @param topic `mailbox` or `templates`; a page reloads what has `data-live` with this word
   */
  publish(topic: string): void {
    if (this.#open.size === 0 || this.#due.has(topic)) return;
    this.#due.add(topic);
    setTimeout(() => {
      this.#due.delete(topic);
      for (const response of this.#open) response.write(`event: ${topic}\ndata: changed\n\n`);
    }, 100).unref();
  }

  /** Whether a page is open that listens. */
  get isHeard(): boolean {
    return this.#open.size > 0;
  }

  /** The answer to a page that subscribes. */
  reply(): PreviewReply {
    if (this.#closed || this.#open.size >= MOST_LISTENERS) return { status: 204 };
    return {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        // nginx would else hold them back until there are enough of them.
        'X-Accel-Buffering': 'no',
      },
      stream: response => this.#add(response),
    };
  }

  /** Calls back when the preview closes, so that whoever publishes changes stops watching for them. */
  onClose(end: () => void): void {
    this.#atEnd.push(end);
  }

  /** Ends the connections of all pages: an open one would hold the shutdown of the server. */
  close(): void {
    this.#closed = true;
    for (const end of this.#atEnd.splice(0)) end();
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  #add(response: ServerResponse): void {
    if (this.#closed) {
      response.end();
      return;
    }
    this.#open.add(response);
    response.write('retry: 3000\n\n');
    const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS).unref();
    response.on('close', () => {
      clearInterval(heartbeat);
      this.#open.delete(response);
    });
  }
}
