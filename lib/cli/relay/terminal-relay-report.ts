import type { PickupRelay, RelaySummary } from '../../relay/engine/pickup-relay.js';
import type { RelayEvent } from '../../relay/relay-event.js';
import type { CommandOutput } from '../command-io.js';
import { RelayReport } from './relay-report.js';

const PROGRESS_MS = 200;

/** A progress line that is written over again and again, and a line for everything that deserves one. */
export class TerminalRelayReport extends RelayReport {
  readonly #output: CommandOutput;
  readonly #counts = { sent: 0, deferred: 0, rejected: 0 };
  #relay: PickupRelay | undefined;
  #timer: NodeJS.Timeout | undefined;
  #began = performance.now();

  constructor(output: CommandOutput) {
    super();
    this.#output = output;
  }

  override begin(relay: PickupRelay): void {
    this.#relay = relay;
    this.#began = performance.now();
    this.#line(`Emptying ${relay.directory}; Ctrl-C ends it.`);
    for (const warning of relay.warnings) this.warn(warning);
    this.#timer = setInterval(() => this.#progress(), PROGRESS_MS);
    this.#timer.unref();
  }

  override warn(text: string): void {
    this.#line(`Warning: ${text}`);
  }

  override end(summary: RelaySummary): void {
    clearInterval(this.#timer);
    this.#line(
      `${summary.sent} sent, ${summary.deferred} deferred, ${summary.rejected} rejected; ${summary.remaining} left in the folder.`,
    );
  }

  protected override show(event: RelayEvent): void {
    if (event.type === 'sent' || event.type === 'deferred' || event.type === 'rejected')
      this.#counts[event.type]++;
    const line = lineOf(event);
    if (line !== undefined) this.#line(line);
  }

  #progress(): void {
    const { sent, deferred, rejected } = this.#counts;
    const seconds = Math.max((performance.now() - this.#began) / 1000, 0.001);
    const waiting = this.#relay?.waiting ?? 0;
    const text = `${sent} sent, ${deferred} deferred, ${rejected} rejected, ${waiting} in the folder, ${(sent / seconds).toFixed(1)}/s`;
    this.#output.write(`\r\u001b[K${text.slice(0, (this.#output.columns || 80) - 1)}`);
  }

  #line(text: string): void {
    this.#output.write(`\r\u001b[K${text}\n`);
  }
}

/** Mails that were sent are only counted. */
function lineOf(event: RelayEvent): string | undefined {
  switch (event.type) {
    case 'sent':
      return undefined;
    case 'deferred':
      return `deferred ${event.file}, next try ${event.retryAt.toLocaleTimeString()}: ${event.reason}`;
    case 'rejected':
      return `rejected ${event.file}, moved to ${event.movedTo}: ${event.reason}`;
    case 'left':
      return `left ${event.file}: ${event.reason}`;
    case 'paused':
      return `paused until ${event.until.toLocaleTimeString()}: ${event.reason}`;
    case 'resumed':
      return 'the server can be used again';
    case 'recovered':
      return `${event.files} taken up again from a relay that died`;
    case 'problem':
      return event.reason;
  }
}
