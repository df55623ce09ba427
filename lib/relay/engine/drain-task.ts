import { printableName } from '../spool/printable-name.js';
import { HAS_SECOND_NAME } from '../spool/spool-entry.js';
import type { RelayTask, RelayTaskParts } from './relay-task.js';
import { SHORTEST_REST_MS } from './relay-task.js';

/** Milliseconds between two scans while relays of which it is not known whether they live have claimed mails. */
const UNDECIDED_MS = 500;
/** Milliseconds after which a drain looks again whether the workers are done, should it have missed a notification. */
const WORKERS_MS = 50;
/** So many scans wait for a file that is being written: one that never stops changing must not keep a drain from ending. */
const SCANS_TO_SETTLE = 3;

/** Scans a folder until every mail in it has been tried once. */
export class DrainTask implements RelayTask {
  readonly #parts: RelayTaskParts;
  /** In how many scans a file was still being written, by its name. */
  readonly #settling = new Map<string, number>();
  #toldUndecided = false;

  constructor(parts: RelayTaskParts) {
    this.#parts = parts;
  }

  /** Resolves when everything that is there has been tried once, the server is unavailable, or `stopping` fires. */
  async run(): Promise<void> {
    const { scan, overdue, notifier } = this.#parts;
    for (;;) {
      if (this.#isInterrupted) break;
      await scan.run();
      notifier.notify();
      await this.#untilWorkersAreDone();
      if (this.#isInterrupted) break;
      this.#tellUndecided();
      const waitMs = this.#waitMs();
      if (waitMs !== undefined) await notifier.wait(waitMs);
      else if (scan.isTroubled || (await this.#isDrained())) break;
    }
    await this.#endWork();
    await overdue.run();
    if (!this.#isInterrupted) this.#tellSettling();
  }

  get #isInterrupted(): boolean {
    const { stopping, pause } = this.#parts;
    return stopping.aborted || pause.current !== undefined;
  }

  /** The mails under way are counted as overdue too, when their tries find the server unavailable: they are waited for. */
  async #endWork(): Promise<void> {
    const { workers, notifier, stopping } = this.#parts;
    workers.end();
    while (workers.inFlight > 0 && !stopping.aborted) await notifier.wait(WORKERS_MS);
  }

  async #untilWorkersAreDone(): Promise<void> {
    const { scan, scanner, workers, notifier } = this.#parts;
    const isBusy = (): boolean => workers.inFlight > 0 || (scanner.hasNext && !scan.isTroubled);
    while (isBusy() && !this.#isInterrupted) await notifier.wait(WORKERS_MS);
  }

  /** Milliseconds until another scan can find more mails; undefined when there is nothing to wait for. */
  #waitMs(): number | undefined {
    const { scanner, scan } = this.#parts;
    let isWorthWaiting = false;
    for (const name of scanner.index.settling) {
      const scans = (this.#settling.get(name) ?? 0) + 1;
      this.#settling.set(name, scans);
      isWorthWaiting ||= scans <= SCANS_TO_SETTLE;
    }
    if (isWorthWaiting) return Math.max(scanner.nextChangeMs() ?? 0, SHORTEST_REST_MS);
    return scan.undecided > 0 ? UNDECIDED_MS : undefined;
  }

  /** Whether another scan finds nothing new: a mail may have come since the last one began. */
  async #isDrained(): Promise<boolean> {
    const { scan, scanner, workers } = this.#parts;
    if (scanner.hasNext) return false;
    await scan.run();
    return !scanner.hasNext && workers.inFlight === 0;
  }

  #tellUndecided(): void {
    const { scan, emit } = this.#parts;
    if (scan.undecided === 0 || this.#toldUndecided) return;
    this.#toldUndecided = true;
    const reason = `Another relay, of which it is not known whether it lives, has claimed ${scan.undecided} of the mails. Waiting for a sign of life.`;
    emit({ type: 'problem', reason });
  }

  #settlingReason(name: string): string {
    const { index } = this.#parts.scanner;
    return (index.get(name)?.links ?? 1n) > 1n ? HAS_SECOND_NAME : 'is still being written';
  }

  #tellSettling(): void {
    const { scanner, emit } = this.#parts;
    for (const name of scanner.index.settling)
      emit({ type: 'left', file: printableName(name), reason: this.#settlingReason(name) });
  }
}
